package org.dst.server.export;

import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The size of an export: follows the store, resizes it, and says which size clients are told. Owned
 * by the store monitor's thread; sizes can be read on any thread.
 */
final class ExportSize {
  private static final Logger log = LoggerFactory.getLogger(ExportSize.class);

  private final String export;
  private final BlockStore store;
  private final SizeWatcher watcher;
  private final Runnable changed;

  /** The size after the last resize in this server's lifetime; negative if there was none. */
  private volatile long resizedTo = -1;

  /**
   * @param export its name, for messages
   * @param changed run when clients must be told another size
   */
  ExportSize(String export, BlockStore store, Runnable changed) {
    this.export = export;
    this.store = store;
    this.changed = changed;
    watcher = new SizeWatcher(store);
  }

  /** Follows a store that another process has resized. */
  void look() {
    long former = watcher.size();
    if (watcher.look()) {
      announce(former, watcher.size());
    }
  }

  private void announce(long former, long size) {
    log.info("'{}' was resized from {} to {} bytes", export, former, size);
    resizedTo = size;
    changed.run();
  }

  /**
   * Resizes the store and tells the clients. Blocks.
   *
   * @return the former size
   * @throws IllegalArgumentException if it would shrink and may not
   * @throws StoreException as {@link BlockStore#resize}
   */
  long resize(long size, boolean mayShrink) throws StoreException {
    look();
    long former = watcher.size();
    if (size < former && !mayShrink) {
      throw new IllegalArgumentException(
          "export '%s' has %d bytes; shrinking it to %d would discard data (--shrink allows it)"
              .formatted(export, former, size));
    }
    store.resize(size);
    watcher.resized(size);
    if (size != former) {
      announce(former, size);
    }
    return former;
  }

  /**
   * The size that clients are told, in bytes. While shrinking waits for changes in progress, the
   * store already refuses requests beyond the new end; but shrinking may still fail, so until it
   * has succeeded clients are told the former size. Any thread.
   */
  long announced() {
    return Math.max(watcher.size(), store.knownSize());
  }

  /** The same after asking the kernel, so that growth since the last look is included. */
  long refreshed() {
    store.size();
    return announced();
  }

  /** Whether the export got that size while this server has been serving it. Any thread. */
  boolean wasResizedTo(long size) {
    return resizedTo == size;
  }

  /** What is wrong with the store's size; null if nothing is. Any thread. */
  String trouble() {
    return watcher.trouble();
  }
}
