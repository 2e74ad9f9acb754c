package org.dst.crypto.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Who else may read or write a file. */
final class FileMode {
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private FileMode() {}

  /** Only the owner may read it and write to it. */
  static void requirePrivate(Path file) throws KeyFileException {
    Set<PosixFilePermission> permissions = permissions(file);
    if (!OWNERS.containsAll(permissions)) {
      throw new KeyFileException(
          file,
          "others may use this key: its mode is %s (expected: 0600 or stricter); run: chmod 600 %s"
              .formatted(octal(permissions), file));
    }
  }

  /** Only the owner may write to it. */
  static void requireOwnersOnly(Path file) throws KeyFileException {
    Set<PosixFilePermission> permissions = permissions(file);
    if (permissions.stream().anyMatch(OTHERS_WRITE::contains)) {
      throw new KeyFileException(
          file,
          ("others may change this list: its mode is %s (expected: 0644 or stricter);"
                  + " run: chmod go-w %s")
              .formatted(octal(permissions), file));
    }
  }

  private static Set<PosixFilePermission> permissions(Path file) throws KeyFileException {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (IOException failed) {
      throw new KeyFileException(file, "cannot be examined: " + FileErrorText.reason(failed));
    }
  }

  private static String octal(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (PosixFilePermission permission : permissions) {
      mode |= 0400 >>> permission.ordinal(); // declared in the order of the bits
    }
    return "%04o".formatted(mode);
  }
}
