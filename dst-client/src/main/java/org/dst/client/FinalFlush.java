package org.dst.client;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.dst.client.device.BlockDevice;
import org.dst.client.session.LaneStatus;
import org.dst.client.session.SessionOpener;

/**
 * The flush of a client that leaves. For a server that is gone it does not wait as long as for one
 * that is slow.
 *
 * @param reason why it did not succeed, for people; null if it did
 */
record FinalFlush(String reason) {
  private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * How long a client that leaves waits for a lane without a link: what is not flushed then may be
   * lost with the server's cache, so a server that is just being restarted deserves some patience.
   */
  private static final long OUTAGE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Flushes. Blocks for a bounded time. */
  static FinalFlush of(BlockDevice device, SessionOpener opener, EventLoop loop)
      throws InterruptedException {
    FlushRequest flush = FlushRequest.submit(device, loop);
    long begin = System.nanoTime();
    while (!flush.awaitEnd(LOOK_NANOS)) {
      long waited = System.nanoTime() - begin;
      LaneStatus gone = opener.status().join().longGone(OUTAGE_NANOS);
      if (gone != null && waited >= OUTAGE_NANOS) {
        return new FinalFlush("the server is away: " + gone.outage());
      }
      if (waited >= FLUSH_NANOS) {
        return new FinalFlush(
            "the server has not answered a flush for %d s"
                .formatted(TimeUnit.NANOSECONDS.toSeconds(waited)));
      }
    }
    return new FinalFlush(flush.succeeded() ? null : "the flush has failed");
  }

  boolean succeeded() {
    return reason == null;
  }
}
