package org.dst.server.engine;

import org.dst.server.store.BlockStore;

/**
 * A store with what has to be unique for it: its gate for syncs.
 *
 * @param store where the bytes live
 * @param syncs runs one sync at a time
 */
public record StoreAccess(BlockStore store, SyncGate syncs) {}
