package org.dst.server.state;

import java.io.IOException;

/** The record of one store in the state directory, locked against other servers. */
public final class LockedRecord implements AutoCloseable {
  private final RecordFiles files;
  private final RecordLock lock;

  /**
   * Changed by one thread at a time: first the opener's, then that of {@link StoreRecordManager}.
   */
  private KnownStore store;

  /**
   * @param lock on the store, closed by {@link #close}
   */
  LockedRecord(RecordFiles files, RecordLock lock, KnownStore store) {
    this.files = files;
    this.lock = lock;
    this.store = store;
  }

  /** The record as it is on disk. */
  public StoreRecord record() {
    return store.record();
  }

  /** Replaces it; durable on return. */
  void save(StoreRecord next) throws IOException {
    KnownStore saved = store.with(next);
    files.write(saved);
    store = saved;
  }

  /** Unlocks the store for other servers. */
  @Override
  public void close() {
    lock.close();
  }
}
