package org.dst.client.lane;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling from a first wait up to a cap, each taken
 * between half and the whole of it, so that many clients of one server do not come back at once.
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

  /** The wait before the attempt that comes now, in nanoseconds. */
  long nextNanos() {
    return nextNanos(most);
  }

  /** The same, but no longer than that, unless the first wait is. */
  long nextNanos(long capNanos) {
    long whole = Math.min(next, Math.max(first, capNanos));
    next = Math.min(most, 2 * next);
    return whole / 2 + random.nextLong(whole / 2 + 1);
  }

  /** The shortest wait that there can be, in nanoseconds. */
  long leastNanos() {
    return first / 2;
  }

  /** An attempt succeeded. */
  void reset() {
    next = first;
  }
}
