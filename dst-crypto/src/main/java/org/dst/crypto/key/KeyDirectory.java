package org.dst.crypto.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory in which every file is a shared key, named as the file is. Hidden files and those
 * that end with ~ are the business of editors and are passed over.
 */
public final class KeyDirectory {
  private KeyDirectory() {}

  /**
   * Its key files, by name.
   *
   * @throws KeyFileException if it cannot be read, or others may put keys into it
   */
  public static List<Path> files(Path directory) throws KeyFileException {
    if (!Files.isDirectory(directory)) {
      throw new KeyFileException(directory, "is no directory (expected: one with shared keys)");
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
