package org.dst.platform.loop;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An intrusive multi-producer queue into an event loop that wakes the loop once per batch: one task
 * of the loop processes everything that was pushed until that task runs. Entries from one thread
 * are processed in the order in which that thread pushed them. Any thread pushes.
 *
 * <p>A queue is used with one of the two ways to push, {@link #push} or {@link #pushAfterReads}.
 */
public final class EventLoopQueue {
  private static final Logger log = LoggerFactory.getLogger(EventLoopQueue.class);

  private final EventExecutor loop;

  /** The entry that was pushed last, linked to those before it. */
  private final AtomicReference<Entry> newest = new AtomicReference<>();

  private final Runnable wake = this::wakeUnlessEnded;
  private final Runnable drain = this::drain;

  /** What is pushed: a node of the queue, in at most one queue at a time. */
  public abstract static class Entry {
    private Entry next;

    /** Does the entry's work, on the receiving loop. */
    protected abstract void process();
  }

  /** A queue into that loop. */
  public EventLoopQueue(EventExecutor loop) {
    this.loop = loop;
  }

  /**
   * Pushes an entry and wakes the loop at once, unless an earlier entry has done so.
   *
   * @throws RejectedExecutionException if the loop has ended
   */
  public void push(Entry entry) {
    if (isFirst(entry)) {
      loop.execute(drain);
    }
  }

  /**
   * Pushes an entry; the loop is woken when the sender has finished reading its sockets, so that
   * all requests of one read become one batch. An entry for a loop that has ended is dropped.
   *
   * @param sender the caller's event loop; on any other thread the loop is woken at once
   */
  public void pushAfterReads(Entry entry, EventExecutor sender) {
    if (!isFirst(entry)) {
      return;
    }
    if (sender.inEventLoop()) {
      sender.execute(wake); // runs behind the sockets that are being read
    } else {
      wakeUnlessEnded();
    }
  }

  /** Links the entry; true if it begins a batch and its sender has to wake the loop. */
  private boolean isFirst(Entry entry) {
    Entry before;
    do {
      before = newest.get();
      entry.next = before;
    } while (!newest.compareAndSet(before, entry));
    return before == null;
  }

  private void wakeUnlessEnded() {
    try {
      loop.execute(drain);
    } catch (RejectedExecutionException ended) {
      log.debug("{} has ended; its queue is dropped", loop); // nobody waits for it any more
    }
  }

  private void drain() {
    Entry entry = inOrder(newest.getAndSet(null));
    while (entry != null) {
      Entry after = entry.next;
      entry.next = null;
      try {
        entry.process();
      } catch (RuntimeException | Error failed) {
        log.error("a queued entry failed", failed); // the entries behind it must still run
      }
      entry = after;
    }
  }

  private static Entry inOrder(Entry newest) {
    Entry ordered = null;
    Entry entry = newest;
    while (entry != null) {
      Entry before = entry.next;
      entry.next = ordered;
      ordered = entry;
      entry = before;
    }
    return ordered;
  }
}
