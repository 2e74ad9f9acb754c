package org.dst.crypto.pool;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work of one link and direction: done in parallel and in any order, finished on the link's event
 * loop in the order of submission. Its event loop only, but for {@link #done}.
 *
 * <p>A crypto thread wakes the loop only if what it has done is the head, and the loop then takes
 * the whole run of finished work. Neither can miss the other: the thread marks the work before it
 * looks at the head, the loop moves the head before it looks at the mark.
 */
public final class OrderedTasks {
  private final CryptoPool pool;
  private final Executor loop;
  private final Runnable runEnded;
  private final ArrayDeque<CryptoTask> queue = new ArrayDeque<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Runnable drain = this::drain;

  /** The position of the oldest unfinished work. Written by the loop, read by crypto threads. */
  private volatile long head;

  private long tail;
  private long pendingBytes;
  private boolean held;
  private boolean draining;
  private boolean closed;

  /**
   * A sequence that is finished on {@code loop}.
   *
   * @param runEnded called after each run of finished work
   */
  public OrderedTasks(CryptoPool pool, Executor loop, Runnable runEnded) {
    this.pool = pool;
    this.loop = loop;
    this.runEnded = runEnded;
  }

  /** Whether there is nothing to wait for: what is ready now may be used at once. */
  public boolean isEmpty() {
    return queue.isEmpty() && !held;
  }

  /** Bytes of the work that is not finished. */
  public long pendingBytes() {
    return pendingBytes;
  }

  /** Pieces of work that are not finished. */
  public int pending() {
    return queue.size();
  }

  /** Gives work to the pool, or does it here if that has enough. Not after {@link #close}. */
  public void submit(CryptoTask work) {
    enqueue(work);
    if (!pool.offer(work)) {
      work.perform();
    }
  }

  /** Queues work that is done already, to be finished in its turn. */
  public void append(CryptoTask work) {
    work.alreadyDone();
    enqueue(work);
  }

  private void enqueue(CryptoTask work) {
    assert !closed : "work for a closed link";
    work.sequence = this;
    work.position = tail++;
    pendingBytes += work.bytes();
    queue.add(work);
  }

  /** Called by the thread that has done a piece of work. */
  void done(CryptoTask work) {
    if (work.position == head && woken.compareAndSet(false, true)) {
      try {
        loop.execute(drain);
      } catch (RejectedExecutionException stopped) {
        // The loop has closed its channels before, and with them this sequence.
      }
    }
  }

  /** Finishes nothing until told otherwise; what was held back is finished at once then. */
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
        CryptoTask work = queue.poll();
        pendingBytes -= work.bytes();
        head = work.position + 1;
        any = true;
        work.finish();
      }
    } finally {
      draining = false;
    }
    if (any) {
      runEnded.run();
    }
  }

  /** Drops everything that is not finished, now or as soon as a crypto thread is done with it. */
  public void close() {
    closed = true;
    for (CryptoTask work = queue.poll(); work != null; work = queue.poll()) {
      work.abandon();
    }
    pendingBytes = 0;
  }
}
