package org.dst.server.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Requests on their way from event loops to the pool, first in, first out. Thread-safe.
 *
 * <p>To wake a thread costs the waker more than a cached write takes. So at most one worker is
 * being woken at a time: while one is on its way to the queue, what is added costs no wake-up. That
 * one wakes the next if it leaves work behind.
 */
final class WorkQueue {
  private final Queue<IoRequest> queue = new ConcurrentLinkedQueue<>();
  private final Semaphore permits = new Semaphore(0);

  /** Whether a permit is out whose worker has not yet come back to look at the queue. */
  private final AtomicBoolean waking = new AtomicBoolean();

  private volatile boolean stopped;

  /** Adds a request. */
  void put(IoRequest request) {
    queue.add(request);
    wakeOne();
  }

  /**
   * Takes a request, or waits for one.
   *
   * @return null if the queue is stopped and empty
   */
  IoRequest take() {
    while (true) {
      IoRequest request = queue.poll();
      if (request != null) {
        if (!queue.isEmpty()) {
          wakeOne();
        }
        return request;
      }
      if (stopped) {
        return null;
      }
      permits.acquireUninterruptibly();
      // Before the look at the queue: what is added after that look finds it false, and wakes.
      waking.set(false);
    }
  }

  /** Makes {@link #take} answer null to as many workers as there are. */
  void stop(int workers) {
    stopped = true;
    permits.release(workers);
  }

  private void wakeOne() {
    if (!waking.get() && waking.compareAndSet(false, true)) {
      permits.release();
    }
  }
}
