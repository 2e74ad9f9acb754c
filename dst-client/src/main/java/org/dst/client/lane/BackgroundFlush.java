package org.dst.client.lane;

import org.dst.protocol.Status;

/** When a lane flushes by itself: near the limits of its log, and not too often if that fails. */
final class BackgroundFlush {
  /** Changes in the log above which the lane flushes by itself. */
  private static final int MANY_ENTRIES = 1 << 15;

  private final UnflushedLog unflushed;
  private final long manyBytes;
  private final long pauseNanos;
  private boolean underWay;
  private boolean failed;
  private long retryNanos;

  /**
   * @param limit bytes of pinned memory at which writes wait; half of it is when flushing starts
   * @param pauseNanos between one that failed and the next
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

  /** The log is large, or a change in it could not be replayed, which a flush tries again. */
  private boolean isWanted() {
    return unflushed.hasStuck()
        || unflushed.pinned() > manyBytes
        || unflushed.size() > MANY_ENTRIES;
  }

  /** What has failed may succeed now: the next one need not wait. */
  void retrySoon() {
    failed = false;
  }

  /** Whether one will be due at {@link #retryNanos}. */
  boolean isWaiting() {
    return failed && !underWay && isWanted();
  }

  long retryNanos() {
    return retryNanos;
  }

  /** A flush of the lane's own is under way. */
  void started(long nowNanos) {
    underWay = true;
    retryNanos = nowNanos + pauseNanos;
  }

  /** It has ended. */
  void ended(Status status) {
    underWay = false;
    failed = status != Status.OK;
  }

  /** A replay is complete; what it could not write is tried again later. */
  void replayed(long nowNanos) {
    failed = unflushed.hasStuck();
    retryNanos = nowNanos + pauseNanos;
  }
}
