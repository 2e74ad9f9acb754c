package org.dst.server.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The FIFO queue of requests between event loops and the worker pool. Thread-safe.
 *
 * <p>Waking a thread costs the waker more than a cached write takes. So at most one worker is being
 * woken at a time: while it is on its way to the queue, further requests cost no wake-up. It wakes
 * the next worker if it leaves work behind. The worker that went to sleep last is woken first,
 * because its stack and its core are the warmest. A semaphore would wake one thread per permit, and
 * most would find the queue empty and sleep again.
 */
final class WorkQueue {
  /** A worker that sleeps, or is about to. */
  private static final class Sleeper {
    final Thread thread = Thread.currentThread();
    volatile boolean woken;

    void sleep() {
      while (!woken) {
        LockSupport.park(this);
      }
    }

    void wake() {
      woken = true;
      LockSupport.unpark(thread);
    }
  }

  private final Queue<IoRequest> queue = new ConcurrentLinkedQueue<>();

  /** The sleeping workers, the latest first; guarded by the monitor, like the fields below. */
  private final Deque<Sleeper> sleepers = new ArrayDeque<>();

  /** Whether a woken worker has not yet looked at the queue again. */
  private boolean waking;

  private boolean stopped;

  /** Adds a request. */
  void put(IoRequest request) {
    queue.add(request);
    wakeOne();
  }

  /**
   * Takes a request, waiting for one if necessary.
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
      Sleeper self = new Sleeper();
      synchronized (this) {
        // Check again: under the monitor nobody can miss this sleeper.
        if (!queue.isEmpty()) {
          continue;
        }
        if (stopped) {
          return null;
        }
        sleepers.push(self);
      }
      self.sleep();
      synchronized (this) {
        waking =
            false; // before polling the queue: a request added after that poll wakes a worker again
      }
    }
  }

  /** Makes {@link #take} return null to every worker once the queue is empty. */
  void stop() {
    Deque<Sleeper> all;
    synchronized (this) {
      stopped = true;
      all = new ArrayDeque<>(sleepers);
      sleepers.clear();
    }
    all.forEach(Sleeper::wake);
  }

  private void wakeOne() {
    Sleeper next;
    synchronized (this) {
      if (waking || sleepers.isEmpty()) {
        return; // a worker that is awake checks the queue before it sleeps
      }
      waking = true;
      next = sleepers.pop();
    }
    next.wake();
  }
}
