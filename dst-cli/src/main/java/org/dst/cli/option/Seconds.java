package org.dst.cli.option;

import java.math.BigDecimal;
import java.time.Duration;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import picocli.CommandLine.Model.CommandSpec;

/** Times given in seconds, with fractions. */
public final class Seconds {
  /** The longest time that an option accepts. */
  static final double MOST = 3600;

  private static final double LEAST = 0.001;

  private Seconds() {}

  /**
   * The time.
   *
   * @throws UserError if it is not from a millisecond to an hour
   */
  public static Duration of(String option, double value) throws UserError {
    if (!(value >= LEAST && value <= MOST)) {
      throw new UserError(
          ExitCode.USAGE, "%s %s (expected: 0.001 to 3600 seconds)".formatted(option, value));
    }
    return Duration.ofNanos((long) (value * 1e9));
  }

  /** Whether an option was given on the command line rather than left at its default. */
  public static boolean isGiven(CommandSpec command, String option) {
    return command.commandLine().getParseResult().hasMatchedOption(option);
  }

  /** Formats a time without trailing zeros: 5, not 5.000. */
  public static String show(Duration time) {
    return BigDecimal.valueOf(time.toNanos(), 9).stripTrailingZeros().toPlainString();
  }
}
