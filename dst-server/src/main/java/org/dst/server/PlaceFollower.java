package org.dst.server;

import org.dst.server.store.BlockStore;
import org.dst.server.store.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a store's path leads elsewhere, or that its file was deleted, while it is served,
 * and logs that once. Owned by the thread that looks.
 */
final class PlaceFollower {
  private static final Logger log = LoggerFactory.getLogger(PlaceFollower.class);

  private final String export;
  private final BlockStore store;

  /** Written by the thread that looks. */
  private volatile Place place = Place.FOUND;

  /**
   * @param export its name, for people
   */
  PlaceFollower(String export, BlockStore store) {
    this.export = export;
    this.store = store;
  }

  /** One look. */
  void look() {
    Place now = store.place();
    Place.Kind before = place.kind();
    place = now;
    if (now.kind() == before) {
      return;
    }
    if (now.isFound()) {
      log.info("'{}': {} leads to the open store again", export, store.info().location());
    } else {
      log.warn("'{}': {}", export, now.trouble());
    }
  }

  /** Where the path led at the last look. Any thread. */
  Place place() {
    return place;
  }
}
