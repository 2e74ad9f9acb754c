package org.dst.client.lane;

/**
 * The times in which a lane had no attached link, after its first. Time comes in as {@code
 * nowNanos}; owned by the lane's event loop.
 */
final class Outages {
  private long count;
  private long longestNanos;
  private long totalNanos;

  /** The lane had a link until {@code sinceNanos}; otherwise it has one since then. */
  private boolean lasts;

  private boolean everUp;
  private long sinceNanos;

  /** The link was lost. */
  void begin(long nowNanos) {
    lasts = true;
    count++;
    sinceNanos = nowNanos;
  }

  /**
   * A link is attached.
   *
   * @return nanoseconds without one; -1 if this is the first
   */
  long end(long nowNanos) {
    long ended = lasts ? nowNanos - sinceNanos : -1;
    if (lasts) {
      totalNanos += ended;
      longestNanos = Math.max(longestNanos, ended);
    }
    lasts = false;
    everUp = true;
    sinceNanos = nowNanos;
    return ended;
  }

  /** Nanoseconds since the link was attached or lost; 0 before the first. */
  long presentNanos(long nowNanos) {
    return everUp ? nowNanos - sinceNanos : 0;
  }

  /** How many there were; one that lasts counts. */
  long count() {
    return count;
  }

  /** Nanoseconds of the longest; one that lasts counts until now. */
  long longestNanos(long nowNanos) {
    return lasts ? Math.max(longestNanos, nowNanos - sinceNanos) : longestNanos;
  }

  /** Nanoseconds of all together; one that lasts counts until now. */
  long totalNanos(long nowNanos) {
    return lasts ? totalNanos + nowNanos - sinceNanos : totalNanos;
  }
}
