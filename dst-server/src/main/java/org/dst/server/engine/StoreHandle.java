package org.dst.server.engine;

import org.dst.server.store.BlockStore;

/**
 * A store with what has to be unique for it.
 *
 * @param store where the bytes live
 * @param syncs runs one sync at a time
 * @param health names the lifetime of its volatile cache
 * @param inline says which of its writes need no worker
 */
public record StoreHandle(
    BlockStore store, SyncGate syncs, StoreVerifier health, InlineWrites inline) {
  /** A store whose writes have not been timed yet. */
  public StoreHandle(BlockStore store, SyncGate syncs, StoreVerifier health) {
    this(store, syncs, health, new InlineWrites());
  }
}
