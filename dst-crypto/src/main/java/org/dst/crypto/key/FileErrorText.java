package org.dst.crypto.key;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Explains why a file operation failed; the JDK's message is often only the file's name. */
final class FileErrorText {
  private FileErrorText() {}

  static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException absent -> "no such file or directory";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default -> failure.getMessage();
    };
  }
}
