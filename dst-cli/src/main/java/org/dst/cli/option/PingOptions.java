package org.dst.cli.option;

import java.time.Duration;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say when a link is pinged, and when it is given up; the same on both sides. */
public final class PingOptions {
  @Option(
      names = "--ping-interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "ping the other side if nothing came from it so long (default: ${DEFAULT-VALUE}, or a"
              + " third of a shorter --ping-timeout)")
  private double interval;

  @Option(
      names = "--ping-timeout",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description =
          "end a link on which nothing came so long (default: ${DEFAULT-VALUE}, or three times a"
              + " longer --ping-interval)")
  private double timeout;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * What was asked for, and what goes with it of the other one.
   *
   * @param interval after which the other side is pinged
   * @param timeout after which the link is ended; longer than the interval
   */
  public record Pings(Duration interval, Duration timeout) {}

  /**
   * The times, checked.
   *
   * @throws UserError if one of them cannot be meant, or both were asked for and do not go together
   */
  public Pings pings() throws UserError {
    boolean isInterval = Seconds.isGiven(command, "--ping-interval");
    boolean isTimeout = Seconds.isGiven(command, "--ping-timeout");
    Duration asked = Seconds.of("--ping-interval", interval);
    Duration most = Seconds.of("--ping-timeout", timeout);
    if (!isInterval) {
      asked = min(asked, most.dividedBy(3));
    } else if (!isTimeout) {
      most = max(most, min(asked.multipliedBy(3), Seconds.of("--ping-timeout", Seconds.MOST)));
    }
    if (most.compareTo(asked) <= 0) {
      throw new UserError(
          ExitCode.USAGE,
          "--ping-timeout %s with --ping-interval %s (expected: a timeout longer than the interval)"
              .formatted(Seconds.show(most), Seconds.show(asked)));
    }
    return new Pings(asked, most);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
