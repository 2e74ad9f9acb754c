package org.dst.client.session;

import java.util.function.LongConsumer;

/** Passes a session's size on, also one that was heard before the session was complete. */
final class DeviceSize {
  private long last = -1;
  private LongConsumer follower;

  /** The server has said how large the export is. On one lane's loop. */
  synchronized void heard(long size) {
    last = size;
    if (follower != null) {
      follower.accept(size);
    }
  }

  /** From now on sizes go there, the last one at once. */
  synchronized void follow(LongConsumer follower) {
    this.follower = follower;
    if (last >= 0) {
      follower.accept(last);
    }
  }
}
