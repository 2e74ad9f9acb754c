package org.dst.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Image files, and how much disk space they take. */
public final class Images {
  /** Bytes of a piece of data in {@link #scattered}. */
  public static final int PIECE = 256 << 10;

  private Images() {}

  /** Creates a file of {@code size} bytes that is one hole. */
  public static Path sparse(Path file, long size) {
    return scattered(file, size, 0);
  }

  /**
   * Creates a file of {@code size} bytes with {@code pieces} runs of {@link #PIECE} random bytes,
   * evenly spread, the first one at the beginning, and holes between them. The same call makes the
   * same file.
   */
  public static Path scattered(Path file, long size, int pieces) {
    Random random = new Random(size + pieces);
    byte[] piece = new byte[PIECE];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Command.run("truncate", "-s", Long.toString(size), file.toString()).succeeded();
      for (int i = 0; i < pieces; i++) {
        random.nextBytes(piece);
        channel.write(ByteBuffer.wrap(piece), size / pieces / PIECE * PIECE * i);
      }
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
    return file;
  }

  /** Bytes that the file system has allocated to a file. */
  public static long allocated(Path file) {
    Result stat = Command.run("stat", "-c", "%b", file.toString()).succeeded();
    return Long.parseLong(stat.out().strip()) * 512;
  }

  /** The first byte in which two files differ, or -1. */
  public static long mismatch(Path a, Path b) {
    try {
      return Files.mismatch(a, b);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
