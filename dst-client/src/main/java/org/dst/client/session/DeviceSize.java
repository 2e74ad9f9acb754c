package org.dst.client.session;

import java.util.function.LongConsumer;

/**
 * Passes on the size of a session's export, including one announced before the session was
 * complete.
 */
final class DeviceSize {
  private long last = -1;
  private LongConsumer follower;

  /** The server has announced the size of the export. On one lane's loop. */
  synchronized void heard(long size) {
    last = size;
    if (follower != null) {
      follower.accept(size);
    }
  }

  /** Sets the follower; it is told the last size at once. */
  synchronized void follow(LongConsumer follower) {
    this.follower = follower;
    if (last >= 0) {
      follower.accept(last);
    }
  }
}
