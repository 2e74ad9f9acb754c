package org.dst.server.port;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.count.Counters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs what unauthenticated peers do at the port, each kind at most once a second, so
 * that nobody can fill a disk with log lines. Any thread.
 */
final class PortLog {
  private static final Logger log = LoggerFactory.getLogger(PortLog.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Counters<PortCounter> counters = new Counters<>(PortCounter.class);
  private final Gate failed = new Gate();
  private final Gate refused = new Gate();
  private final Gate strange = new Gate();
  private final Gate disagreed = new Gate();

  /** Lets one event per second through and counts the others. */
  private static final class Gate {
    private boolean used;
    private long lastNanos;
    private long held;

    /**
     * The number of events suppressed since the last that passed, or -1 if this one is suppressed.
     */
    synchronized long pass(long nowNanos) {
      if (used && nowNanos - lastNanos < PAUSE_NANOS) {
        held++;
        return -1;
      }
      used = true;
      lastNanos = nowNanos;
      long before = held;
      held = 0;
      return before;
    }
  }

  Counters<PortCounter> counters() {
    return counters;
  }

  void handshake() {
    counters.count(PortCounter.HANDSHAKES);
  }

  void failedHandshake(Channel channel, String why) {
    counters.count(PortCounter.HANDSHAKES_FAILED);
    long held = failed.pass(System.nanoTime());
    if (held >= 0) {
      log.warn("refused the link from {}: {}{}", channel.remoteAddress(), why, more(held));
    }
  }

  void tooManyUnproven(Channel channel, String limit) {
    counters.count(PortCounter.UNPROVEN_LINKS_REFUSED);
    long held = refused.pass(System.nanoTime());
    if (held >= 0) {
      log.warn("refused a link from {}: {}{}", channel.remoteAddress(), limit, more(held));
    }
  }

  void noClient(Channel channel, String why) {
    long held = strange.pass(System.nanoTime());
    if (held >= 0) {
      log.warn(
          "closed the link from {}: {}; not a DST client{}",
          channel.remoteAddress(),
          why,
          more(held));
    }
  }

  void disagreed(Channel channel, String why) {
    long held = disagreed.pass(System.nanoTime());
    if (held >= 0) {
      log.warn("refused the link from {}: {}{}", channel.remoteAddress(), why, more(held));
    }
  }

  private static String more(long held) {
    return held == 0 ? "" : " (and %d more like it)".formatted(held);
  }
}
