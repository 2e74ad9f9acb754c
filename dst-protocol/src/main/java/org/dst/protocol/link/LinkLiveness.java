package org.dst.protocol.link;

/**
 * Detects a dead link: a silent link is pinged, and declared dead if the silence lasts too long.
 * Any received byte counts as a sign of life.
 */
public final class LinkLiveness {
  private final long intervalNanos;
  private final long timeoutNanos;
  private long heardNanos;
  private long pingedNanos;

  /** What to do about a link. */
  public enum Verdict {
    /** Nothing. */
    FINE,
    /** Send a ping. */
    PING,
    /** Close the link: the peer is gone. */
    DEAD
  }

  /**
   * The state of a link that has just heard from its peer.
   *
   * @param intervalNanos silence after which a ping is sent
   * @param timeoutNanos silence after which the link is dead; longer than the interval
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

  /** Decides what to do now. Call at {@link #nextNanos} or later. */
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

  /** Time since anything arrived, in nanoseconds. */
  public long silenceNanos(long nowNanos) {
    return nowNanos - heardNanos;
  }
}
