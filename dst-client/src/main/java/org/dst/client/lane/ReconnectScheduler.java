package org.dst.client.lane;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When a lane without a link tries to get one, and how long it lets a connection attempt take. A
 * disk's users wait for that, so as long as an outage is short the attempts come often: they cost
 * little where the server's machine refuses them. Pure; owned by the lane's core, times are its
 * {@code nowNanos}.
 */
final class ReconnectScheduler {
  /** The longest wait while an outage is short: half of what a server's return may go unnoticed. */
  private static final long EAGER = TimeUnit.MILLISECONDS.toNanos(400);

  /** When an outage is long, a wait may be this part of it. */
  private static final long WAIT_SHARE = 600;

  /** How long a server that has announced its end is expected back at any moment. */
  private static final long PLANNED = TimeUnit.SECONDS.toNanos(5);

  /**
   * How long a connection attempt may take at least. A machine that is away does not answer, and
   * one that has come back answers only to what is sent from then on.
   */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

  /** When an outage is long, a connection attempt may take this part of it. */
  private static final long PATIENCE_SHARE = 100;

  /** A connection takes no longer than so many times all that it took to open a link before. */
  private static final long PATIENCE_FACTOR = 2;

  /** From one dial to the next at least, whatever others say. */
  private static final long SPACING = TimeUnit.MILLISECONDS.toNanos(50);

  private final Backoff attempts;
  private final Backoff refusals;

  /** Since when a link is wanted; meaningless while there is one. */
  private long lostNanos;

  private long dialedNanos;

  /** Of the fastest dial that gave a link; no road is faster than that. */
  private long openingNanos = Long.MAX_VALUE;

  private boolean everDialed;
  private boolean everAttached;
  private boolean planned;
  private boolean refused;

  /**
   * The rules of a lane that was never attached.
   *
   * @param first the wait before the first attempt, doubled before each further one
   * @param most the longest wait, of a long outage or after a refusal
   */
  ReconnectScheduler(Duration first, Duration most, RandomGenerator random) {
    attempts = new Backoff(first, most, random);
    refusals = new Backoff(first, most, random);
  }

  /**
   * An attempt begins.
   *
   * @return nanoseconds for the connection; {@link Long#MAX_VALUE} if any time will do
   */
  long dial(long nowNanos) {
    dialedNanos = nowNanos;
    lostNanos = everDialed ? lostNanos : nowNanos;
    everDialed = true;
    if (!everAttached) {
      return Long.MAX_VALUE; // nothing waits yet, and nothing is known of the road
    }
    long patience = Math.max(PATIENCE, (nowNanos - lostNanos) / PATIENCE_SHARE);
    return openingNanos == Long.MAX_VALUE
        ? patience
        : Math.max(patience, PATIENCE_FACTOR * openingNanos);
  }

  /** It gave a link, which is to be attached. */
  void opened(long nowNanos) {
    openingNanos = Math.min(openingNanos, nowNanos - dialedNanos);
  }

  /** The link is attached. */
  void attached() {
    everAttached = true;
    planned = false;
    refused = false;
    attempts.reset();
    refusals.reset();
  }

  /** The server is about to stop, and so it may be back soon. */
  void goingAway() {
    planned = true;
  }

  /** The server is there and says no: it is not pressed, whatever the outage. */
  void refused() {
    refused = true;
  }

  /**
   * The attached link is lost.
   *
   * @return when to dial
   */
  long lost(long nowNanos) {
    lostNanos = nowNanos;
    return nowNanos + nextWait(nowNanos);
  }

  /**
   * The attempt gave no link, or one that could not be attached.
   *
   * @param dialing whether there was no link: then the time that it took counts as waiting
   * @return when to dial again
   */
  long failed(boolean dialing, long nowNanos) {
    long wait = nextWait(nowNanos);
    long since = dialing && !refused ? nowNanos - dialedNanos : 0;
    refused = false;
    return nowNanos + Math.max(wait - since, attempts.leastNanos());
  }

  /** The wait before the next attempt. */
  private long nextWait(long nowNanos) {
    if (refused) {
      return refusals.nextNanos();
    }
    refusals.reset();
    long outage = nowNanos - lostNanos;
    return attempts.nextNanos(
        planned && outage < PLANNED ? 0 : Math.max(EAGER, outage / WAIT_SHARE));
  }

  /**
   * Another lane of this process has got through to the server: this one need not wait.
   *
   * @param plannedNanos when it would dial
   * @return when to dial
   */
  long reachable(long plannedNanos, long nowNanos) {
    long soonest = Math.max(nowNanos, dialedNanos + SPACING);
    return LaneCore.earlier(soonest, plannedNanos);
  }
}
