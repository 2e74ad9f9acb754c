package org.dst.crypto.key;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file whose first line is a passphrase, for programs that nobody sits in front of. */
public final class PassphraseFile {
  private PassphraseFile() {}

  /**
   * Reads the first line, without its end.
   *
   * @return UTF-8 for the caller to overwrite
   * @throws KeyFileException if there is none, or others may read it
   */
  public static byte[] read(Path file) throws KeyFileException {
    if (!Files.isRegularFile(file)) {
      throw new KeyFileException(file, "is no file (expected: one with a passphrase)");
    }
    FileMode.requirePrivate(file);
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(KeyFileText.MAX_LENGTH);
    } catch (IOException failed) {
      throw new KeyFileException(file, "cannot be read: " + FileErrorText.reason(failed));
    }
    int start;
    try {
      start = ByteOrderMark.skip(file, content);
    } catch (KeyFileException otherEncoding) {
      Arrays.fill(content, (byte) 0);
      throw otherEncoding;
    }
    int end = start;
    while (end < content.length && content[end] != '\n' && content[end] != '\r') {
      end++;
    }
    byte[] line = Arrays.copyOfRange(content, start, end);
    Arrays.fill(content, (byte) 0);
    if (line.length == 0) {
      throw new KeyFileException(file, "its first line is empty (expected: a passphrase)");
    }
    return line;
  }
}
