package org.dst.server.engine;

/**
 * Runs one sync at a time per store: the kernel reports a write-back error once per descriptor, so
 * of two concurrent syncs one could get the error and the other a success. A request joins only a
 * sync that has not started, because a running one may already have passed over the writes that the
 * request is about.
 *
 * <p>The first request to wait carries the gate through the engine's queue: whoever takes that
 * request from the queue runs the sync. Pure bookkeeping; thread-safe by its monitor, which is
 * never held across a system call.
 */
public final class SyncGate {
  private IoRequest first;
  private IoRequest last;
  private boolean carried;

  /**
   * Adds a request to the next sync to start.
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
   * The sync has ended.
   *
   * @return the first request that arrived meanwhile, for which the caller must have the next sync
   *     run; null if there is none
   */
  synchronized IoRequest end() {
    carried = first != null;
    return first;
  }
}
