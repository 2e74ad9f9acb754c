package org.dst.server.export;

import org.dst.server.store.BlockStore;
import org.dst.server.store.PathStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that a store's path leads to another file, or that its file was deleted, while it is
 * served, and logs that once. Owned by the store monitor's thread.
 */
final class PathWatcher {
  private static final Logger log = LoggerFactory.getLogger(PathWatcher.class);

  private final String export;
  private final BlockStore store;

  /** Written by the monitor's thread. */
  private volatile PathStatus status = PathStatus.FOUND;

  /**
   * @param export its name, for log lines
   */
  PathWatcher(String export, BlockStore store) {
    this.export = export;
    this.store = store;
  }

  /** One look. */
  void look() {
    PathStatus now = store.place();
    PathStatus.Kind before = status.kind();
    status = now;
    if (now.kind() == before) {
      return;
    }
    if (now.isFound()) {
      log.info("'{}': {} leads to the open store again", export, store.info().location());
    } else {
      log.warn("'{}': {}", export, now.trouble());
    }
  }

  /** The status of the path at the last check. Any thread. */
  PathStatus place() {
    return status;
  }
}
