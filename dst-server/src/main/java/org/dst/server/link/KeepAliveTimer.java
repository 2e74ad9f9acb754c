package org.dst.server.link;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.protocol.link.LinkLiveness;

/** Runs a {@link LinkLiveness} on an event loop: pings a silent client and detects a dead one. */
final class KeepAliveTimer {
  private final EventLoop loop;
  private final LinkLiveness liveness;
  private final Runnable ping;
  private final Consumer<String> dead;
  private ScheduledFuture<?> next;

  /**
   * Starts at once. Event loop only.
   *
   * @param ping sends a ping
   * @param dead receives the reason for giving up the link
   */
  KeepAliveTimer(
      EventLoop loop, Duration interval, Duration timeout, Runnable ping, Consumer<String> dead) {
    this.loop = loop;
    this.ping = ping;
    this.dead = dead;
    liveness = new LinkLiveness(interval.toNanos(), timeout.toNanos(), System.nanoTime());
    plan();
  }

  private void plan() {
    long wait = Math.max(liveness.nextNanos() - System.nanoTime(), 0);
    next = loop.schedule(this::check, wait, TimeUnit.NANOSECONDS);
  }

  private void check() {
    long now = System.nanoTime();
    switch (liveness.check(now)) {
      case FINE -> {}
      case PING -> ping.run();
      case DEAD -> {
        long silence = TimeUnit.NANOSECONDS.toMillis(liveness.silenceNanos(now));
        dead.accept("nothing was heard from the client for %d ms".formatted(silence));
        return;
      }
    }
    plan();
  }

  void heard() {
    liveness.heard(System.nanoTime());
  }

  void stop() {
    next.cancel(false);
  }
}
