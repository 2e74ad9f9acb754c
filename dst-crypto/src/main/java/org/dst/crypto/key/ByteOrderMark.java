package org.dst.crypto.key;

import java.nio.file.Path;

/** Skips the byte order mark that some editors put at the start of a file (RFC 3629, section 6). */
final class ByteOrderMark {
  private ByteOrderMark() {}

  /**
   * Returns where the text begins: after a UTF-8 mark, if there is one.
   *
   * @throws KeyFileException if the mark is that of UTF-16
   */
  static int skip(Path file, byte[] content) throws KeyFileException {
    if (begins(content, 0xef, 0xbb, 0xbf)) {
      return 3;
    }
    if (begins(content, 0xff, 0xfe) || begins(content, 0xfe, 0xff)) {
      throw new KeyFileException(file, "is encoded in UTF-16 (expected: UTF-8); save it as UTF-8");
    }
    return 0;
  }

  private static boolean begins(byte[] content, int... bytes) {
    if (content.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((content[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
