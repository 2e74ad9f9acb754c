package org.dst.crypto.key;

import java.io.IOException;
import java.nio.file.Path;

/** A key file is unusable; the message names the file, says what is wrong and what to do. */
public final class KeyFileException extends IOException {
  private static final long serialVersionUID = 1;

  KeyFileException(Path file, String message) {
    super("%s: %s".formatted(file, message));
  }

  KeyFileException(Path file, int line, String message) {
    super("%s:%d: %s".formatted(file, line, message));
  }
}
