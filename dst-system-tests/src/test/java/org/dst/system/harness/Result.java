package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/**
 * The result of a program.
 *
 * @param command its name and arguments
 * @param exit its exit code
 * @param out its standard output
 * @param err its standard error
 */
public record Result(List<String> command, int exit, String out, String err) {

  /** Requires exit code 0. */
  public Result succeeded() {
    return exited(0);
  }

  /** Requires an exit code. */
  public Result exited(int code) {
    assertEquals(code, exit, this::toString);
    return this;
  }

  /** Requires that the output has this text. */
  public Result printed(String text) {
    assertTrue(out.contains(text), () -> "no \"%s\" in the output of %s".formatted(text, this));
    return this;
  }

  /** Requires that standard error is one line that has all of these texts, whatever their case. */
  public Result complainedOnce(String... texts) {
    List<String> lines = err.lines().toList();
    assertEquals(1, lines.size(), () -> "one line expected on standard error of " + this);
    for (String text : texts) {
      assertTrue(
          err.toLowerCase().contains(text.toLowerCase()),
          () -> "no \"%s\" in the complaint of %s".formatted(text, this));
    }
    return this;
  }

  @Override
  public String toString() {
    return "%s%nexit code %d%nstandard output:%n%s%nstandard error:%n%s"
        .formatted(String.join(" ", command), exit, out, err);
  }
}
