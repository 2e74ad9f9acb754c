package org.dst.server.export;

import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;

/**
 * Detects that a store was resized by another process. Growth counts at once; shrinking only when
 * seen twice in a row, and shrinking to nothing never: an emptied store is broken rather than
 * resized. Owned by the store monitor's thread.
 */
final class SizeWatcher {
  private final BlockStore store;

  /** Written by the monitor's thread. */
  private volatile long announced;

  private long suspected = -1;
  private volatile String trouble;

  SizeWatcher(BlockStore store) {
    this.store = store;
    announced = store.knownSize();
  }

  /**
   * Measures the store.
   *
   * @return whether {@link #size} has changed
   */
  boolean look() {
    long now;
    try {
      now = store.measure();
    } catch (StoreException e) {
      trouble = e.getMessage();
      return false;
    }
    if (now < announced) {
      return hasShrunk(now);
    }
    suspected = -1;
    trouble = null;
    return takeOver(now);
  }

  private boolean hasShrunk(long now) {
    boolean again = now == suspected;
    suspected = now;
    if (now == 0 || !again) {
      trouble = "has %d bytes, and had %d before".formatted(now, announced);
      return false;
    }
    trouble = null;
    store.cutTo(now);
    return takeOver(now);
  }

  private boolean takeOver(long now) {
    boolean changed = now != announced;
    announced = now;
    return changed;
  }

  /** The store was resized by this server. */
  void resized(long size) {
    announced = size;
    suspected = -1;
    trouble = null;
  }

  /** The current size in bytes. Any thread. */
  long size() {
    return announced;
  }

  /** What is wrong with the store's size; null if nothing is. Any thread. */
  String trouble() {
    return trouble;
  }
}
