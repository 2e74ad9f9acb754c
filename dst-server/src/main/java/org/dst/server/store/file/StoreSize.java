package org.dst.server.store.file;

import org.dst.server.store.Ranges;
import org.dst.server.store.StoreInfo;

/**
 * The size at which the ranges of a store end. Follows growth by itself, but not a store that is
 * truncated behind the server's back: reads there must fail as I/O errors until the loss is
 * accepted. Thread-safe.
 */
final class StoreSize {
  private final int minBlock;

  /** Maximum number of bytes to serve. */
  private final long limit;

  /** The same, or less while the store is being made smaller. */
  private long most;

  private volatile long end;

  /** How often the store was made smaller, or this has begun or ended. */
  private volatile int cuts;

  StoreSize(StoreInfo info, long limit) {
    minBlock = info.minBlock();
    this.limit = limit;
    most = limit;
    end = info.size();
  }

  /** Where ranges end. */
  long end() {
    return end;
  }

  /** Whether not all of it is served. */
  boolean isLimited() {
    return limit != Long.MAX_VALUE;
  }

  /** To be asked for before the store is measured, and given to {@link #measured}. */
  int cuts() {
    return cuts;
  }

  /**
   * The whole store was measured.
   *
   * @param cutsBefore {@link #cuts} before that; if the store was made smaller since, what was
   *     measured may be its former size and does not count
   * @return bytes of it that are served: whole blocks
   */
  long measured(long whole, int cutsBefore) {
    long now = Ranges.down(Math.min(whole, limit), minBlock);
    return now > end ? grown(now, cutsBefore) : now;
  }

  private synchronized long grown(long size, int cutsBefore) {
    if (cuts != cutsBefore) {
      return end;
    }
    long now = Math.min(size, Ranges.down(most, minBlock));
    if (now > end) {
      end = now;
    }
    return now;
  }

  /** The store has become smaller. */
  synchronized void cutTo(long size) {
    cuts++;
    end = Math.min(end, size);
  }

  /** The store is about to be made smaller: nothing that is measured meanwhile counts. */
  synchronized void beginCut(long size) {
    cuts++;
    most = size;
    end = Math.min(end, size);
  }

  /** The store was made smaller, or was not. */
  synchronized void endCut() {
    cuts++;
    most = limit;
  }
}
