package org.dst.client.lane;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Decides when a lane without a link dials, and how long a connection attempt may take. The disk's
 * users wait meanwhile, so attempts are frequent while an outage is short: they cost little where
 * the server's machine refuses them. Owned by {@link LaneCore}.
 */
final class ReconnectScheduler {
  /**
   * The longest wait while an outage is short: half the time that a server's return may go
   * unnoticed.
   */
  private static final long EAGER = TimeUnit.MILLISECONDS.toNanos(400);

  /** In a long outage, a wait may be this fraction of it. */
  private static final long WAIT_SHARE = 600;

  /** How long a server that announced a stop is expected back at any moment. */
  private static final long PLANNED = TimeUnit.SECONDS.toNanos(5);

  /**
   * The least time for a connection attempt. A machine that is down does not answer, and one that
   * has come back answers only what is sent from then on.
   */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

  /** In a long outage, a connection attempt may take this fraction of it. */
  private static final long PATIENCE_SHARE = 100;

  /** An attempt may take this multiple of the fastest link opening so far. */
  private static final long PATIENCE_FACTOR = 2;

  /** The least time between two dials. */
  private static final long SPACING = TimeUnit.MILLISECONDS.toNanos(50);

  private final Backoff attempts;
  private final Backoff refusals;

  /** When the outage began; meaningless while there is a link. */
  private long lostNanos;

  private long dialedNanos;

  /** Time that the fastest dial took to open a link. */
  private long openingNanos = Long.MAX_VALUE;

  private boolean everDialed;
  private boolean everAttached;
  private boolean planned;
  private boolean refused;

  /**
   * The schedule of a lane that was never attached.
   *
   * @param first the wait before the first attempt, doubled before each further one
   * @param most the longest wait, in a long outage or after refusals
   */
  ReconnectScheduler(Duration first, Duration most, RandomGenerator random) {
    attempts = new Backoff(first, most, random);
    refusals = new Backoff(first, most, random);
  }

  /**
   * An attempt begins.
   *
   * @return limit for the connection in nanoseconds; {@link Long#MAX_VALUE} for none
   */
  long dial(long nowNanos) {
    dialedNanos = nowNanos;
    lostNanos = everDialed ? lostNanos : nowNanos;
    everDialed = true;
    if (!everAttached) {
      return Long.MAX_VALUE; // nothing waits yet, and nothing is known about the network
    }
    long patience = Math.max(PATIENCE, (nowNanos - lostNanos) / PATIENCE_SHARE);
    return openingNanos == Long.MAX_VALUE
        ? patience
        : Math.max(patience, PATIENCE_FACTOR * openingNanos);
  }

  /** The attempt opened a link. */
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

  /** The server has announced that it stops; it may be back soon. */
  void goingAway() {
    planned = true;
  }

  /** The server is up and refuses: retries back off, however short the outage. */
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
   * The attempt opened no link, or one that could not be attached.
   *
   * @param dialing whether no link was opened: then the attempt itself counts as waiting
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
   * Another lane of this process has reached the server: this one need not wait.
   *
   * @param plannedNanos when it would dial
   * @return when to dial
   */
  long reachable(long plannedNanos, long nowNanos) {
    long soonest = Math.max(nowNanos, dialedNanos + SPACING);
    return LaneCore.earlier(soonest, plannedNanos);
  }
}
