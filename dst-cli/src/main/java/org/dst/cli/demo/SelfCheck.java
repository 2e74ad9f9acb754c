package org.dst.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Writes a pattern over the disk, flushes, reads it back and compares every byte. The pattern of a
 * block depends on the run and on the block's offset, so that neither stale nor misplaced data can
 * pass.
 */
final class SelfCheck {
  private static final int BLOCK = 256 << 10;
  private static final int DEPTH = 16;

  private final NbdProbe disk;
  private final long blocks;
  private final long stride;
  private final long seed;
  private final ByteBuffer[] buffers = new ByteBuffer[DEPTH];
  private final ByteBuffer expected = buffer();

  /**
   * What the check found.
   *
   * @param bytes that were written, read back and verified
   * @param writeSeconds until all was written and flushed
   * @param readSeconds until all was read and compared
   */
  record Result(long bytes, double writeSeconds, double readSeconds) {}

  /** Data read back differs from what was written. */
  static final class WrongDataException extends IOException {
    private static final long serialVersionUID = 1;

    WrongDataException(String message) {
      super(message);
    }
  }

  private SelfCheck(NbdProbe disk, long bytes, long seed) {
    this.disk = disk;
    this.seed = seed;
    long fits = disk.size() / BLOCK;
    blocks = Math.clamp(bytes / BLOCK, 1, fits);
    stride = fits / blocks * BLOCK;
    for (int i = 0; i < DEPTH; i++) {
      buffers[i] = buffer();
    }
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.nativeOrder());
  }

  /** Checks about {@code bytes} of the disk behind {@code socket}, spread over all of it. */
  static Result run(Path socket, long bytes, long seed, Progress progress) throws IOException {
    try (NbdProbe disk = new NbdProbe(socket)) {
      if (disk.size() < BLOCK) {
        throw new IOException("the disk is smaller than " + BLOCK + " bytes");
      }
      SelfCheck check = new SelfCheck(disk, bytes, seed);
      double writing = check.write(progress);
      double reading = check.read(progress);
      return new Result(check.blocks * BLOCK, writing, reading);
    }
  }

  private double write(Progress progress) throws IOException {
    progress.start("writing", blocks * BLOCK);
    long start = System.nanoTime();
    for (long sent = 0, done = 0; done < blocks; ) {
      if (sent < blocks && sent - done < DEPTH) {
        ByteBuffer data = buffers[(int) (sent % DEPTH)];
        fill(data, sent);
        disk.request(NbdProbe.Command.WRITE, sent, sent * stride, BLOCK, data);
        sent++;
      } else {
        disk.reply();
        progress.at(++done * BLOCK);
      }
    }
    disk.request(NbdProbe.Command.FLUSH, blocks, 0, 0, null);
    disk.reply();
    progress.end();
    return (System.nanoTime() - start) / 1e9;
  }

  private double read(Progress progress) throws IOException {
    progress.start("verifying", blocks * BLOCK);
    long start = System.nanoTime();
    for (long sent = 0, done = 0; done < blocks; ) {
      if (sent < blocks && sent - done < DEPTH) {
        disk.request(NbdProbe.Command.READ, sent, sent * stride, BLOCK, null);
        sent++;
      } else {
        compare(disk.reply());
        progress.at(++done * BLOCK);
      }
    }
    progress.end();
    return (System.nanoTime() - start) / 1e9;
  }

  private void compare(long block) throws IOException {
    ByteBuffer data = buffers[0].clear();
    disk.receive(data);
    data.flip();
    fill(expected, block);
    int wrong = expected.mismatch(data);
    if (wrong >= 0) {
      throw new WrongDataException(
          "byte %d of the disk does not read back as it was written"
              .formatted(block * stride + wrong));
    }
  }

  /** Fills a buffer with the pattern of a block (splitmix64 of seed, block and word). */
  private void fill(ByteBuffer buffer, long block) {
    buffer.clear();
    long state = seed ^ block * 0x9e3779b97f4a7c15L;
    for (int at = 0; at < BLOCK; at += Long.BYTES) {
      state += 0x9e3779b97f4a7c15L;
      long mixed = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
      buffer.putLong(at, mixed ^ mixed >>> 27);
    }
  }
}
