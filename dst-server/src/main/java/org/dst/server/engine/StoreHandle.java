package org.dst.server.engine;

import org.dst.server.store.BlockStore;

/**
 * A store together with the state that exists once per store.
 *
 * @param store where the bytes live
 * @param syncs runs one sync at a time
 * @param health the verifier of its volatile cache, and its errors
 * @param inline decides which writes are made on the event loop
 */
public record StoreHandle(
    BlockStore store, SyncGate syncs, StoreVerifier health, InlineWrites inline) {
  /** A store whose writes have not been timed yet. */
  public StoreHandle(BlockStore store, SyncGate syncs, StoreVerifier health) {
    this(store, syncs, health, new InlineWrites());
  }
}
