package org.dst.cli.attach;

import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.option.PingOptions;
import org.dst.cli.option.Seconds;
import org.dst.cli.option.SizeConverter;
import org.dst.client.lane.LaneOptions;
import org.dst.client.lane.ResendPolicy;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The options of {@code dst attach} that say how it bears the network's and the server's bad days.
 */
final class ResilienceOptions {
  private static final long LEAST_UNFLUSHED = 1 << 20;

  /** Memory for requests in flight, besides that of the log. */
  private static final long IN_FLIGHT = 64 << 20;

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
              + " (default: ${DEFAULT-VALUE}, or a longer --reconnect-first)")
  private double reconnectMost;

  @Mixin private PingOptions pings;

  @Option(
      names = "--unflushed-limit",
      paramLabel = "SIZE",
      defaultValue = "256M",
      converter = SizeConverter.class,
      description =
          "memory for writes that a server crash could lose; near it the client flushes by itself,"
              + " at least 1M a lane (default: ${DEFAULT-VALUE})")
  private long unflushedLimit;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** The rules for each of {@code lanes} lanes. */
  LaneOptions options(int lanes) throws UserError {
    if (unflushedLimit / lanes < LEAST_UNFLUSHED) {
      throw new UserError(
          ExitCode.USAGE,
          "--unflushed-limit %s with %d lane%s (expected: at least 1M for each)"
              .formatted(SizeConverter.show(unflushedLimit), lanes, lanes == 1 ? "" : "s"));
    }
    requireMemory();
    Duration first = Seconds.of("--reconnect-first", reconnectFirst);
    Duration longest = Seconds.of("--reconnect-most", reconnectMost);
    if (longest.compareTo(first) < 0) {
      // What was asked for bounds what was not.
      if (!Seconds.isGiven(command, "--reconnect-first")) {
        first = longest;
      } else if (!Seconds.isGiven(command, "--reconnect-most")) {
        longest = first;
      } else {
        throw new UserError(
            ExitCode.USAGE,
            "--reconnect-most %s with --reconnect-first %s (expected: the most not below the first)"
                .formatted(Seconds.show(longest), Seconds.show(first)));
      }
    }
    PingOptions.Pings pinging = pings.pings();
    try {
      return new LaneOptions(
          new ResendPolicy(Seconds.of("--resend-timeout", resendTimeout), most()),
          first,
          longest,
          LaneOptions.DEFAULT.attachTimeout(),
          pinging.interval(),
          pinging.timeout(),
          unflushedLimit / lanes);
    } catch (IllegalArgumentException conflict) {
      throw new UserError(ExitCode.USAGE, conflict.getMessage());
    }
  }

  /** A limit that was asked for has to fit into the memory that payloads may have. */
  private void requireMemory() throws UserError {
    long most = PlatformDependent.maxDirectMemory();
    if (Seconds.isGiven(command, "--unflushed-limit") && unflushedLimit > most - IN_FLIGHT) {
      throw new UserError(
          ExitCode.USAGE,
          ("--unflushed-limit %s: this JVM may have %s outside of its heap, and needs %s besides;"
                  + " DST_JAVA_OPTIONS=-XX:MaxDirectMemorySize=... gives it more")
              .formatted(
                  SizeConverter.show(unflushedLimit),
                  SizeConverter.show(most),
                  SizeConverter.show(IN_FLIGHT)));
    }
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
