package org.dst.crypto.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of shared keys, each named after its file. Hidden files and editor backups ending in
 * ~ are skipped.
 */
public final class KeyDirectory {
  private KeyDirectory() {}

  /**
   * Lists the key files, sorted by name.
   *
   * @throws KeyFileException if the directory cannot be read, or others may write to it
   */
  public static List<Path> files(Path directory) throws KeyFileException {
    if (!Files.isDirectory(directory)) {
      throw new KeyFileException(
          directory, "is not a directory (expected: a directory of shared keys)");
    }
    FileMode.requireOwnersOnly(directory);
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(KeyDirectory::isKey).sorted().toList();
    } catch (IOException failed) {
      throw new KeyFileException(directory, "cannot be read: " + FileErrorText.reason(failed));
    }
  }

  private static boolean isKey(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".") && !name.endsWith("~");
  }
}
