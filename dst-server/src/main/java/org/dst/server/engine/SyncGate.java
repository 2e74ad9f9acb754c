package org.dst.server.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * One sync at a time for a store: the kernel reports a write-back error once for each descriptor,
 * so two syncs at once could tell the error to one and success to the other. A flush joins only a
 * sync that has not started, because one that runs may already have passed over the flush's writes.
 *
 * <p>Pure bookkeeping; thread-safe by its monitor, which is never held across a system call.
 */
public final class SyncGate {
  private final Queue<IoRequest> waiting = new ArrayDeque<>();
  private boolean running;

  /**
   * Adds a flush.
   *
   * @return whether the caller must run a sync now for everything that {@link #begin} returns
   */
  synchronized boolean join(IoRequest flush) {
    waiting.add(flush);
    if (running) {
      return false;
    }
    running = true;
    return true;
  }

  /** The flushes that the sync which starts now answers. */
  synchronized List<IoRequest> begin() {
    List<IoRequest> joined = new ArrayList<>(waiting);
    waiting.clear();
    return joined;
  }

  /**
   * The sync ended.
   *
   * @return whether others came meanwhile, for which the caller must {@link #begin} again
   */
  synchronized boolean end() {
    running = !waiting.isEmpty();
    return running;
  }
}
