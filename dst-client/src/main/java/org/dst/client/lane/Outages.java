package org.dst.client.lane;

/**
 * Statistics of a lane's outages: the times without an attached link, after the first one. Owned by
 * {@link LaneCore}.
 */
final class Outages {
  private long count;
  private long longestNanos;
  private long totalNanos;

  /** Whether an outage began at {@code sinceNanos}; otherwise the link was attached then. */
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
   * @return length of the outage in nanoseconds; -1 if this is the first link
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

  /** Number of outages, including the present one. */
  long count() {
    return count;
  }

  /** Length of the longest in nanoseconds; the present one counts until now. */
  long longestNanos(long nowNanos) {
    return lasts ? Math.max(longestNanos, nowNanos - sinceNanos) : longestNanos;
  }

  /** Their total length in nanoseconds; the present one counts until now. */
  long totalNanos(long nowNanos) {
    return lasts ? totalNanos + nowNanos - sinceNanos : totalNanos;
  }
}
