package org.dst.client;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.dst.client.device.BlockDevice;
import org.dst.client.session.LaneStatus;
import org.dst.client.session.SessionOpener;

/**
 * The outcome of the last flush before a client detaches. It waits less for a server that is
 * unreachable than for one that is slow.
 *
 * @param reason why it failed, as text; null if it succeeded
 */
record FinalFlush(String reason) {
  private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * How long the flush waits for a lane without a link. What is not flushed may be lost with the
   * server's cache, so a server that is just restarting deserves some patience.
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
        return new FinalFlush("the server is unreachable: " + gone.outage());
      }
      if (waited >= FLUSH_NANOS) {
        return new FinalFlush(
            "no answer to a flush within %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(waited)));
      }
    }
    return new FinalFlush(flush.succeeded() ? null : "the flush failed");
  }

  boolean succeeded() {
    return reason == null;
  }
}
