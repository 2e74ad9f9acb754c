package org.dst.cli;

import java.time.Duration;
import org.dst.client.session.LaneOptions;
import org.dst.client.session.ResendPolicy;
import picocli.CommandLine.Option;

/**
 * The options of {@code dst attach} that say how it bears the network's and the server's bad days.
 */
final class LaneSettings {
  @Option(
      names = "--resend-timeout",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "send a request again if it is not acknowledged after this long, 0.001 to 3600"
              + " (default: ${DEFAULT-VALUE})")
  private double resendTimeout;

  @Option(
      names = "--max-resends",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "send a request again so many times at most, then fail it with an I/O error;"
              + " 'unlimited' never fails it (default: ${DEFAULT-VALUE})")
  private String maxResends;

  @Option(
      names = "--reconnect-first",
      paramLabel = "SECONDS",
      defaultValue = "0.1",
      description =
          "wait so long before the first attempt to reconnect, twice as long before each further"
              + " one up to 0.4, with jitter (default: ${DEFAULT-VALUE})")
  private double reconnectFirst;

  @Option(
      names = "--reconnect-most",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "the longest wait of all: when an outage lasts longer than minutes, or the server refuses"
              + " (default: ${DEFAULT-VALUE})")
  private double reconnectMost;

  @Option(
      names = "--ping-interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "ping a connection on which nothing came so long (default: ${DEFAULT-VALUE})")
  private double pingInterval;

  @Option(
      names = "--ping-timeout",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description =
          "give a connection up on which nothing came so long (default: ${DEFAULT-VALUE})")
  private double pingTimeout;

  @Option(
      names = "--unflushed-limit",
      paramLabel = "SIZE",
      defaultValue = "256M",
      converter = Sizes.class,
      description =
          "memory for writes that a server crash could lose; near it the client flushes by itself,"
              + " at least 1M a lane (default: ${DEFAULT-VALUE})")
  private long unflushedLimit;

  /** The rules for each of {@code lanes} lanes. */
  LaneOptions options(int lanes) throws UserError {
    try {
      return new LaneOptions(
          new ResendPolicy(seconds("--resend-timeout", resendTimeout), most()),
          seconds("--reconnect-first", reconnectFirst),
          seconds("--reconnect-most", reconnectMost),
          LaneOptions.DEFAULT.attachTimeout(),
          seconds("--ping-interval", pingInterval),
          seconds("--ping-timeout", pingTimeout),
          unflushedLimit / lanes);
    } catch (IllegalArgumentException conflict) {
      throw new UserError(ExitCode.USAGE, conflict.getMessage());
    }
  }

  private static Duration seconds(String option, double value) throws UserError {
    if (!(value >= 0.001 && value <= 3600)) {
      throw new UserError(
          ExitCode.USAGE, "%s %s (expected: 0.001 to 3600 seconds)".formatted(option, value));
    }
    return Duration.ofNanos((long) (value * 1e9));
  }

  private int most() throws UserError {
    if (maxResends.equals("unlimited")) {
      return -1;
    }
    try {
      int most = Integer.parseInt(maxResends);
      if (most >= 0) {
        return most;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    throw new UserError(
        ExitCode.USAGE,
        "--max-resends '%s' (expected: 0 to %d, or 'unlimited')"
            .formatted(maxResends, Integer.MAX_VALUE));
  }
}
