package org.dst.client.lane;

import java.time.Duration;

/**
 * The rules by which a lane acts.
 *
 * @param resend when transactions are sent again, and when they fail
 * @param reconnectFirst the wait before the first reconnect; doubled while it is short
 * @param reconnectMost the longest wait between two attempts, in a long outage
 * @param attachTimeout for the server to answer an attach
 * @param pingInterval of silence after which a link is pinged
 * @param pingTimeout of silence after which a link is dead
 * @param unflushedLimit bytes that the lane's log of unflushed writes may pin
 */
public record LaneOptions(
    ResendPolicy resend,
    Duration reconnectFirst,
    Duration reconnectMost,
    Duration attachTimeout,
    Duration pingInterval,
    Duration pingTimeout,
    long unflushedLimit) {

  /** What holds unless somebody says otherwise. */
  public static final LaneOptions DEFAULT =
      new LaneOptions(
          ResendPolicy.DEFAULT,
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          256L << 20);

  /** Refuses what cannot work. */
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
