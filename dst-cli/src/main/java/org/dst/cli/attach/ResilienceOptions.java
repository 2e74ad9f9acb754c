package org.dst.cli.attach;

import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.option.PingOptions;
import org.dst.cli.option.Seconds;
import org.dst.cli.option.SizeConverter;
import org.dst.client.lane.LaneOptions;
import org.dst.client.lane.ResendLimits;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options of {@code dst attach} for surviving outages: resends, reconnection, pings, and the log of
 * unflushed writes.
 */
final class ResilienceOptions {
  private static final long LEAST_UNFLUSHED = 1 << 20;

  /** Direct memory for requests in flight, beside that of the log. */
  private static final long IN_FLIGHT = 64 << 20;

  @Option(
      names = "--resend-timeout",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "resend a request that has not been acknowledged for this long, 0.001 to 3600 (default:"
              + " ${DEFAULT-VALUE})")
  private double resendTimeout;

  @Option(
      names = "--max-resends",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "resend a request at most N times, then fail it with an I/O error; 'unlimited' never"
              + " fails it (default: ${DEFAULT-VALUE})")
  private String maxResends;

  @Option(
      names = "--reconnect-first",
      paramLabel = "SECONDS",
      defaultValue = "0.1",
      description =
          "delay before the first attempt to reconnect; doubles with each attempt up to 0.4, with"
              + " jitter (default: ${DEFAULT-VALUE})")
  private double reconnectFirst;

  @Option(
      names = "--reconnect-most",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "longest delay, reached when an outage lasts for minutes or the server refuses (default:"
              + " ${DEFAULT-VALUE}, or a longer --reconnect-first)")
  private double reconnectMost;

  @Mixin private PingOptions pings;

  @Option(
      names = "--unflushed-limit",
      paramLabel = "SIZE",
      defaultValue = "256M",
      converter = SizeConverter.class,
      description =
          "memory for acknowledged writes that a server crash could still lose; near the limit the"
              + " client flushes on its own; at least 1M per lane (default: ${DEFAULT-VALUE})")
  private long unflushedLimit;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** The options of each of {@code lanes} lanes. */
  LaneOptions options(int lanes) throws UserError {
    if (unflushedLimit / lanes < LEAST_UNFLUSHED) {
      throw new UserError(
          ExitCode.USAGE,
          "--unflushed-limit %s with %d lane%s (expected: at least 1M per lane)"
              .formatted(SizeConverter.show(unflushedLimit), lanes, lanes == 1 ? "" : "s"));
    }
    requireMemory();
    Duration first = Seconds.of("--reconnect-first", reconnectFirst);
    Duration longest = Seconds.of("--reconnect-most", reconnectMost);
    if (longest.compareTo(first) < 0) {
      // A value that was given bounds the default of the other.
      if (!Seconds.isGiven(command, "--reconnect-first")) {
        first = longest;
      } else if (!Seconds.isGiven(command, "--reconnect-most")) {
        longest = first;
      } else {
        throw new UserError(
            ExitCode.USAGE,
            "--reconnect-most %s with --reconnect-first %s (expected: --reconnect-most not below --reconnect-first)"
                .formatted(Seconds.show(longest), Seconds.show(first)));
      }
    }
    PingOptions.Pings pinging = pings.pings();
    try {
      return new LaneOptions(
          new ResendLimits(Seconds.of("--resend-timeout", resendTimeout), most()),
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

  /** A limit that was given must fit into direct memory. */
  private void requireMemory() throws UserError {
    long most = PlatformDependent.maxDirectMemory();
    if (Seconds.isGiven(command, "--unflushed-limit") && unflushedLimit > most - IN_FLIGHT) {
      throw new UserError(
          ExitCode.USAGE,
          ("--unflushed-limit %s: this JVM may use %s of direct memory, of which requests in flight"
                  + " need %s; raise it with DST_JAVA_OPTIONS=-XX:MaxDirectMemorySize=...")
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
