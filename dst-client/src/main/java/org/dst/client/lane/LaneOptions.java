package org.dst.client.lane;

import java.time.Duration;

/**
 * Timeouts and limits of a lane.
 *
 * @param resend when transactions are resent, and when they fail
 * @param reconnectFirst the wait before the first reconnect; doubles up to a cap
 * @param reconnectMost the longest wait between two attempts, in a long outage
 * @param attachTimeout limit for the server to answer an attach
 * @param pingInterval of silence after which a link is pinged
 * @param pingTimeout of silence after which a link is dead
 * @param unflushedLimit bytes of memory that the lane's unflushed-write log may pin
 */
public record LaneOptions(
    ResendLimits resend,
    Duration reconnectFirst,
    Duration reconnectMost,
    Duration attachTimeout,
    Duration pingInterval,
    Duration pingTimeout,
    long unflushedLimit) {

  /** The defaults. */
  public static final LaneOptions DEFAULT =
      new LaneOptions(
          ResendLimits.DEFAULT,
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          256L << 20);

  /** Rejects values that cannot work. */
  public LaneOptions {
    require(!reconnectFirst.isNegative() && !reconnectFirst.isZero(), "first reconnect wait > 0");
    require(reconnectMost.compareTo(reconnectFirst) >= 0, "longest reconnect wait >= the first");
    require(!pingInterval.isNegative() && !pingInterval.isZero(), "ping interval > 0");
    require(pingTimeout.compareTo(pingInterval) > 0, "ping timeout > ping interval");
    require(unflushedLimit >= 1 << 20, "unflushed limit >= 1M");
  }

  private static void require(boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("expected: " + expected);
    }
  }
}
