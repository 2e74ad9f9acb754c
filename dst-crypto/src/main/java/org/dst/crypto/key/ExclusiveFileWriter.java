package org.dst.crypto.key;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Creates a file atomically: whole or not at all, and never over an existing one. */
final class ExclusiveFileWriter {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r--r--");

  private ExclusiveFileWriter() {}

  /**
   * Writes a temporary file, syncs it, and links it to {@code file}: unlike a rename, a link never
   * replaces an existing file.
   */
  static void write(Path file, byte[] content, boolean secret) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path draft = null;
    try {
      draft =
          Files.createTempFile(
              directory, ".dst-key", null, PosixFilePermissions.asFileAttribute(PRIVATE));
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      if (!secret) {
        Files.setPosixFilePermissions(draft, READABLE);
      }
      Files.createLink(file, draft);
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
    } catch (FileAlreadyExistsException exists) {
      throw new KeyFileException(file, "already exists and is not overwritten");
    } catch (IOException failed) {
      throw new KeyFileException(file, "cannot be written: " + FileErrorText.reason(failed));
    } finally {
      if (draft != null) {
        Files.deleteIfExists(draft);
      }
    }
  }
}
