package org.dst.crypto.pool;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The tasks of one direction of a link: run in parallel and in any order, finished on the link's
 * event loop in the order of submission. Event loop only, except for {@link #done}.
 *
 * <p>A crypto thread wakes the loop only if it has completed the head; the loop then finishes the
 * whole run of completed tasks. No wake-up is lost: the thread marks its task as done before it
 * reads the head, and the loop advances the head before it reads the mark.
 */
public final class OrderedTasks {
  private final CryptoPool pool;
  private final Executor loop;
  private final Runnable runEnded;
  private final ArrayDeque<CryptoTask> queue = new ArrayDeque<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Runnable drain = this::drain;

  /** Position of the oldest unfinished task. Written by the loop, read by crypto threads. */
  private volatile long head;

  private long tail;
  private long pendingBytes;
  private boolean held;
  private boolean draining;
  private boolean closed;

  /**
   * An empty sequence of tasks that finish on {@code loop}.
   *
   * @param runEnded called after each run of finished tasks
   */
  public OrderedTasks(CryptoPool pool, Executor loop, Runnable runEnded) {
    this.pool = pool;
    this.loop = loop;
    this.runEnded = runEnded;
  }

  /** Whether nothing is queued or held: a result that is ready now may be used at once. */
  public boolean isEmpty() {
    return queue.isEmpty() && !held;
  }

  /** Total bytes of the unfinished tasks. */
  public long pendingBytes() {
    return pendingBytes;
  }

  /** Number of unfinished tasks. */
  public int pending() {
    return queue.size();
  }

  /** Submits a task to the pool, or runs it here if the pool is full. Not after {@link #close}. */
  public void submit(CryptoTask task) {
    enqueue(task);
    if (!pool.offer(task)) {
      task.perform();
    }
  }

  /** Queues a task that is done already, to be finished in its turn. */
  public void append(CryptoTask task) {
    task.alreadyDone();
    enqueue(task);
  }

  private void enqueue(CryptoTask task) {
    assert !closed : "task for a closed link";
    task.owner = this;
    task.position = tail++;
    pendingBytes += task.bytes();
    queue.add(task);
  }

  /** Called by the thread that has run a task. */
  void done(CryptoTask task) {
    if (task.position == head && woken.compareAndSet(false, true)) {
      try {
        loop.execute(drain);
      } catch (RejectedExecutionException stopped) {
        // The loop has already closed its channels, and with them this sequence.
      }
    }
  }

  /** Holds tasks back, or releases the hold and at once finishes those that are done. */
  public void hold(boolean hold) {
    held = hold;
    if (!hold) {
      drain();
    }
  }

  private void drain() {
    woken.set(false);
    if (draining) {
      return;
    }
    draining = true;
    boolean any = false;
    try {
      while (!held && !queue.isEmpty() && queue.peek().isDone()) {
        CryptoTask task = queue.poll();
        pendingBytes -= task.bytes();
        head = task.position + 1;
        any = true;
        task.finish();
      }
    } finally {
      draining = false;
    }
    if (any) {
      runEnded.run();
    }
  }

  /** Drops every unfinished task, now or as soon as a crypto thread is done with it. */
  public void close() {
    closed = true;
    for (CryptoTask task = queue.poll(); task != null; task = queue.poll()) {
      task.abandon();
    }
    pendingBytes = 0;
  }
}
