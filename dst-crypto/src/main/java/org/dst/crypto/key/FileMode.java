package org.dst.crypto.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Checks that a file's mode keeps others from reading or writing it. */
final class FileMode {
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private FileMode() {}

  /** Requires that only the owner may read or write the file. */
  static void requirePrivate(Path file) throws KeyFileException {
    Set<PosixFilePermission> permissions = permissions(file);
    if (!OWNERS.containsAll(permissions)) {
      throw new KeyFileException(
          file,
          "others may use this key: its mode is %s (expected: 0600 or stricter); run: chmod 600 %s"
              .formatted(octal(permissions), file));
    }
  }

  /** Requires that only the owner may write to the file or directory. */
  static void requireOwnersOnly(Path file) throws KeyFileException {
    Set<PosixFilePermission> permissions = permissions(file);
    if (permissions.stream().anyMatch(OTHERS_WRITE::contains)) {
      throw new KeyFileException(
          file,
          ("others may write to it: its mode is %s (expected: 0644 or stricter);"
                  + " run: chmod go-w %s")
              .formatted(octal(permissions), file));
    }
  }

  private static Set<PosixFilePermission> permissions(Path file) throws KeyFileException {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (IOException failed) {
      throw new KeyFileException(file, "its mode cannot be read: " + FileErrorText.reason(failed));
    }
  }

  private static String octal(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (PosixFilePermission permission : permissions) {
      mode |= 0400 >>> permission.ordinal(); // declared in bit order
    }
    return "%04o".formatted(mode);
  }
}
