package org.dst.cli.command;

import java.nio.charset.StandardCharsets;

/** Texts that go to a terminal or to the other side. */
public final class TextFormat {
  private TextFormat() {}

  /**
   * A text on one line, whatever it contains: control characters, which a server could send to a
   * terminal, become spaces.
   */
  public static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  /** Refuses a text of more than {@code most} bytes of UTF-8. */
  public static void require(String what, String text, int most) throws UserError {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > most) {
      throw new UserError(
          ExitCode.USAGE, "%s of %d bytes (expected: up to %d)".formatted(what, length, most));
    }
  }
}
