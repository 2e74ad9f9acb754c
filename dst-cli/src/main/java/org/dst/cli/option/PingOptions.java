package org.dst.cli.option;

import java.time.Duration;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options for the liveness of links, the same on both sides: when to ping, and when to give up. */
public final class PingOptions {
  @Option(
      names = "--ping-interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "ping the peer after this long without traffic from it (default: ${DEFAULT-VALUE}, or a"
              + " third of a shorter --ping-timeout)")
  private double interval;

  @Option(
      names = "--ping-timeout",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description =
          "close a link after this long without traffic from the peer (default: ${DEFAULT-VALUE},"
              + " or three times a longer --ping-interval)")
  private double timeout;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Both times; one that was not given follows the other.
   *
   * @param interval of silence after which the peer is pinged
   * @param timeout of silence after which the link is closed; longer than the interval
   */
  public record Pings(Duration interval, Duration timeout) {}

  /**
   * The times, checked.
   *
   * @throws UserError if one is out of range, or the two contradict each other
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
