package org.dst.client.lane;

import org.dst.protocol.Status;

/**
 * Decides when a lane flushes on its own: when its log grows large, and after a pause if that
 * failed.
 */
final class BackgroundFlush {
  /** Log entries above which the lane flushes on its own. */
  private static final int MANY_ENTRIES = 1 << 15;

  private final UnflushedLog unflushed;
  private final long manyBytes;
  private final long pauseNanos;
  private boolean underWay;
  private boolean failed;
  private long retryNanos;

  /**
   * @param limit bytes of pinned memory at which writes wait; flushing starts at half of it
   * @param pauseNanos between a failed flush and the next
   */
  BackgroundFlush(UnflushedLog unflushed, long limit, long pauseNanos) {
    this.unflushed = unflushed;
    this.manyBytes = limit / 2;
    this.pauseNanos = pauseNanos;
  }

  /** Whether a flush should be sent now. */
  boolean isDue(long nowNanos) {
    return !underWay && isWanted() && (!failed || retryNanos - nowNanos <= 0);
  }

  /** The log is large, or has a stuck entry, whose replay a flush retries. */
  private boolean isWanted() {
    return unflushed.hasStuck()
        || unflushed.pinned() > manyBytes
        || unflushed.size() > MANY_ENTRIES;
  }

  /** The reason for a failure may be gone: the next flush need not wait. */
  void retrySoon() {
    failed = false;
  }

  /** Whether a flush becomes due at {@link #retryNanos}. */
  boolean isWaiting() {
    return failed && !underWay && isWanted();
  }

  long retryNanos() {
    return retryNanos;
  }

  /** A background flush was sent. */
  void started(long nowNanos) {
    underWay = true;
    retryNanos = nowNanos + pauseNanos;
  }

  /** The background flush has ended. */
  void ended(Status status) {
    underWay = false;
    failed = status != Status.OK;
  }

  /** A replay is complete; entries that failed are retried later. */
  void replayed(long nowNanos) {
    failed = unflushed.hasStuck();
    retryNanos = nowNanos + pauseNanos;
  }
}
