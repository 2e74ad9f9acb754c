package org.dst.client.nbd;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes in flight of all connections together. Any thread: without waiters, taking and returning is
 * one atomic operation; with waiters, first come, first served, so that a large request is not
 * overtaken for ever. When nothing is in flight, one request is granted however large it is.
 */
final class InFlightBudget {
  /** Somebody who may have to wait. */
  interface Waiter {
    /** The bytes asked for are taken. Called on any thread, under the budget's lock. */
    void granted();
  }

  private record Waiting(long bytes, Waiter waiter) {}

  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();

  /** The length of the queue; written under the lock, read by everybody. */
  private volatile int waiting;

  InFlightBudget(long limit) {
    this.limit = limit;
  }

  /**
   * Takes bytes now, or else queues the waiter.
   *
   * @return whether they are taken; if not, {@link Waiter#granted} follows
   */
  boolean acquire(long bytes, Waiter waiter) {
    if (waiting == 0 && take(bytes)) {
      return true;
    }
    synchronized (queue) {
      // Counted before looking again: a release that does not see the waiter is seen by take.
      waiting++;
      if (queue.isEmpty() && take(bytes)) {
        waiting--;
        return true;
      }
      queue.add(new Waiting(bytes, waiter));
      return false;
    }
  }

  /** Stops waiting; false if the bytes were granted already. */
  boolean cancel(Waiter waiter) {
    synchronized (queue) {
      boolean removed = queue.removeIf(entry -> entry.waiter == waiter);
      if (removed) {
        waiting--;
        grant();
      }
      return removed;
    }
  }

  /** Gives bytes back. */
  void release(long bytes) {
    long left = used.addAndGet(-bytes);
    assert left >= 0;
    if (waiting > 0) {
      synchronized (queue) {
        grant();
      }
    }
  }

  /** Bytes that are taken now. */
  long used() {
    return used.get();
  }

  private void grant() {
    while (!queue.isEmpty() && take(queue.peek().bytes)) {
      waiting--;
      queue.poll().waiter.granted();
    }
  }

  private boolean take(long bytes) {
    long now = used.get();
    while (now == 0 || now + bytes <= limit) {
      if (used.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = used.get();
    }
    return false;
  }
}
