package org.dst.server.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests on their way from event loops to the pool, first in, first out. Thread-safe.
 *
 * <p>To wake a thread costs the waker more than a cached write takes. So at most one worker is
 * being woken at a time: while one is on its way to the queue, what is added costs no wake-up. That
 * one wakes the next if it leaves work behind. The worker that has slept for the shortest time is
 * woken, because its stack and its core are the warmest. No semaphore: each thread that gets a
 * permit of one wakes the next, which finds nothing and has to sleep again.
 */
final class WorkQueue {
  /** A worker that waits, or is about to. */
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

  /** The workers that wait, the last one to come first; under the monitor, as all that follows. */
  private final Deque<Sleeper> sleepers = new ArrayDeque<>();

  /** Whether a worker was woken that has not yet come back to look at the queue. */
  private boolean waking;

  private boolean stopped;

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
      Sleeper self = new Sleeper();
      synchronized (this) {
        // Again, now that nobody can look for a sleeper between the look and the lying down.
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
        waking = false; // before the look at the queue: what is added after that look wakes again
      }
    }
  }

  /** Makes {@link #take} answer null to every worker once the queue is empty. */
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
        return; // a worker that is awake looks at the queue before it lies down
      }
      waking = true;
      next = sleepers.pop();
    }
    next.wake();
  }
}
