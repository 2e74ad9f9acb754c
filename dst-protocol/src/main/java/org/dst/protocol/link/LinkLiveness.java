package org.dst.protocol.link;

/**
 * Finds out whether the other end of a link is still there: a link on which nothing arrives is
 * pinged, and dead if nothing arrives for too long. Any byte counts as a sign of life.
 */
public final class LinkLiveness {
  private final long intervalNanos;
  private final long timeoutNanos;
  private long heardNanos;
  private long pingedNanos;

  /** What is to be done about a link. */
  public enum Verdict {
    /** Nothing. */
    FINE,
    /** Send a ping. */
    PING,
    /** End the link: the other end is gone. */
    DEAD
  }

  /**
   * A watch that has just heard something.
   *
   * @param intervalNanos of silence after which a ping is sent
   * @param timeoutNanos of silence after which the link is dead; longer than the interval
   */
  public LinkLiveness(long intervalNanos, long timeoutNanos, long nowNanos) {
    this.intervalNanos = intervalNanos;
    this.timeoutNanos = timeoutNanos;
    heard(nowNanos);
  }

  /** Something arrived. */
  public void heard(long nowNanos) {
    heardNanos = nowNanos;
    pingedNanos = nowNanos;
  }

  /** Looks at the clock. To be called at {@link #nextNanos} or later. */
  public Verdict check(long nowNanos) {
    if (nowNanos - heardNanos >= timeoutNanos) {
      return Verdict.DEAD;
    }
    if (nowNanos - pingedNanos >= intervalNanos) {
      pingedNanos = nowNanos;
      return Verdict.PING;
    }
    return Verdict.FINE;
  }

  /** When to check next. */
  public long nextNanos() {
    long ping = pingedNanos + intervalNanos;
    long dead = heardNanos + timeoutNanos;
    return ping - dead < 0 ? ping : dead;
  }

  /** How long nothing has arrived, in nanoseconds. */
  public long silenceNanos(long nowNanos) {
    return nowNanos - heardNanos;
  }
}
