package org.dst.server.export;

import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;

/**
 * Notices that somebody else has given a store another size. Growth counts at once; less only when
 * it was seen twice in a row, and nothing never: what is emptied is broken rather than resized.
 * Owned by the thread that looks.
 */
final class SizeWatcher {
  private final BlockStore store;

  /** Written by the thread that looks. */
  private volatile long announced;

  private long suspected = -1;
  private volatile String trouble;

  SizeWatcher(BlockStore store) {
    this.store = store;
    announced = store.knownSize();
  }

  /**
   * One look.
   *
   * @return whether the size is another one, {@link #size}
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

  /** The store was given another size by its own server. */
  void resized(long size) {
    announced = size;
    suspected = -1;
    trouble = null;
  }

  /** The size that counts, in bytes. Any thread. */
  long size() {
    return announced;
  }

  /** What is wrong with the store's size, for people; null if nothing is. Any thread. */
  String trouble() {
    return trouble;
  }
}
