package org.dst.crypto.key;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file whose first line is a passphrase, for programs that run unattended. */
public final class PassphraseFile {
  private PassphraseFile() {}

  /**
   * Reads the first line, without its line terminator.
   *
   * @return UTF-8; the caller must wipe it
   * @throws KeyFileException if the line is empty, the file unreadable, or others may use it
   */
  public static byte[] read(Path file) throws KeyFileException {
    if (!Files.isRegularFile(file)) {
      throw new KeyFileException(
          file, "is not a regular file (expected: a file with a passphrase)");
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
