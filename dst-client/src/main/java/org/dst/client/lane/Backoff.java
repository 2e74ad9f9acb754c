package org.dst.client.lane;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with jitter: the wait doubles from a first value up to a cap, and half of it
 * is random, so that the clients of one server do not all come back at once.
 */
final class Backoff {
  private final long first;
  private final long most;
  private final RandomGenerator random;
  private long next;

  Backoff(Duration first, Duration most, RandomGenerator random) {
    this.first = first.toNanos();
    this.most = Math.max(first.toNanos(), most.toNanos());
    this.random = random;
    next = this.first;
  }

  /** The wait before the next attempt, in nanoseconds. */
  long nextNanos() {
    return nextNanos(most);
  }

  /** As {@link #nextNanos()}, capped at {@code capNanos} or the first wait, whichever is longer. */
  long nextNanos(long capNanos) {
    long whole = Math.min(next, Math.max(first, capNanos));
    next = Math.min(most, 2 * next);
    return whole / 2 + random.nextLong(whole / 2 + 1);
  }

  /** The shortest possible wait, in nanoseconds. */
  long leastNanos() {
    return first / 2;
  }

  /** An attempt succeeded. */
  void reset() {
    next = first;
  }
}
