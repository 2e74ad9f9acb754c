package org.dst.server.engine;

/**
 * One sync at a time for a store: the kernel reports a write-back error once for each descriptor,
 * so two syncs at once could tell the error to one and success to the other. A request joins only a
 * sync that has not started, because one that runs may already have passed over the writes that the
 * request is about.
 *
 * <p>The first request to wait carries the gate through the engine's queue: whoever takes that one
 * from the queue runs the sync. Pure bookkeeping; thread-safe by its monitor, which is never held
 * across a system call.
 */
public final class SyncGate {
  private IoRequest first;
  private IoRequest last;
  private boolean carried;

  /**
   * Adds a request that waits for the next sync to start.
   *
   * @return whether the caller must have a sync run, because nobody else will
   */
  synchronized boolean join(IoRequest request) {
    request.next = null;
    if (first == null) {
      first = request;
    } else {
      last.next = request;
    }
    last = request;
    boolean nobodyCarries = !carried;
    carried = true;
    return nobodyCarries;
  }

  /**
   * A sync starts now.
   *
   * @return the requests that it answers, linked by {@link IoRequest#next}; at least one
   */
  synchronized IoRequest begin() {
    IoRequest joined = first;
    first = null;
    last = null;
    return joined;
  }

  /**
   * The sync ended.
   *
   * @return the first of those that came meanwhile, with which the caller must have the next sync
   *     run; null if there are none
   */
  synchronized IoRequest end() {
    carried = first != null;
    return first;
  }
}
