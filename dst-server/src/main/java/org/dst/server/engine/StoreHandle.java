package org.dst.server.engine;

import org.dst.server.store.BlockStore;

/**
 * A store together with the state that exists once per store.
 *
 * @param store where the bytes live
 * @param syncs runs one sync at a time
 * @param writeVerifier the verifier of its volatile cache, and its errors
 * @param inline decides which writes are made on the event loop
 */
public record StoreHandle(
    BlockStore store, SyncGate syncs, WriteVerifier writeVerifier, InlineWrites inline) {
  /** A store whose writes have not been timed yet. */
  public StoreHandle(BlockStore store, SyncGate syncs, WriteVerifier writeVerifier) {
    this(store, syncs, writeVerifier, new InlineWrites());
  }
}
