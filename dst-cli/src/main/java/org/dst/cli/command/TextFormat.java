package org.dst.cli.command;

import java.nio.charset.StandardCharsets;

/** Cleans and limits text that goes to a terminal or to the peer. */
public final class TextFormat {
  private TextFormat() {}

  /**
   * Puts text on one line: control characters, which a hostile server could send to the terminal,
   * become spaces.
   */
  public static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  /** Rejects text of more than {@code most} bytes of UTF-8. */
  public static void require(String what, String text, int most) throws UserError {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > most) {
      throw new UserError(
          ExitCode.USAGE, "%s of %d bytes (expected: up to %d)".formatted(what, length, most));
    }
  }
}
