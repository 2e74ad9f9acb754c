package org.dst.crypto.key;

import java.nio.file.Path;

/**
 * The mark that some editors put before a text, to say how it is encoded (RFC 3629, section 6). It
 * is no part of the text.
 */
final class ByteOrderMark {
  private ByteOrderMark() {}

  /**
   * Where the text begins: behind a mark of UTF-8, if there is one.
   *
   * @throws KeyFileException if it is the mark of another encoding
   */
  static int skip(Path file, byte[] content) throws KeyFileException {
    if (begins(content, 0xef, 0xbb, 0xbf)) {
      return 3;
    }
    if (begins(content, 0xff, 0xfe) || begins(content, 0xfe, 0xff)) {
      throw new KeyFileException(file, "is text in UTF-16 (expected: UTF-8); save it as UTF-8");
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
