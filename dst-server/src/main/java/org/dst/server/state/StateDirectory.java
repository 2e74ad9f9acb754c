package org.dst.server.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A directory with one file for each store, replaced as a whole and synced, so that it is either
 * the old record or the new one whatever happens. Methods block.
 */
public final class StateDirectory {
  private final Path directory;

  /** Uses a directory, which is made when it is first written to. */
  public StateDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * The record of a store; a new one, already durable, if there is none yet.
   *
   * @param location the store's real path
   * @throws IOException if it cannot be read or made; the message says what to do
   */
  public StoreRecord load(String location) throws IOException {
    Path file = file(location);
    if (!Files.exists(file)) {
      StoreRecord fresh = StoreRecord.fresh();
      save(location, fresh);
      return fresh;
    }
    try {
      return StoreRecord.decode(Files.readAllLines(file));
    } catch (IllegalArgumentException | CharacterCodingException damaged) {
      throw new IOException(
          ("%s is damaged (%s); it says who may write to %s. If nobody does, remove it: clients"
                  + " that were attached will have to attach anew")
              .formatted(file, damaged.getMessage(), location),
          damaged);
    }
  }

  /** Replaces the record of a store; durable at the return. */
  public void save(String location, StoreRecord record) throws IOException {
    try {
      Files.createDirectories(directory);
      Path file = file(location);
      Path next = file.resolveSibling(file.getFileName() + ".new");
      write(next, String.join("\n", record.encode()) + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(directory);
    } catch (IOException failed) {
      throw new IOException(
          "cannot write the state directory %s: %s; --state-dir names another one"
              .formatted(directory, failed),
          failed);
    }
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A name that people recognise, made unique by a digest of the whole path. */
  private Path file(String location) {
    String last = Path.of(location).getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(location.getBytes(StandardCharsets.UTF_8));
      String hex = HexFormat.of().formatHex(digest, 0, 8);
      return directory.resolve(last.substring(0, Math.min(last.length(), 64)) + "-" + hex);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
