package org.dst.server.state;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.dst.server.session.Lease;

/**
 * Saves the record of one store. The record of a store in memory dies with the process, like the
 * store; all others are written to the state directory.
 */
public final class StoreRecordManager implements AutoCloseable {
  /** Null for a store in memory. */
  private final LockedRecord file;

  /** The record as it is on disk; changed by the writer thread only. */
  private volatile StoreRecord record;

  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("dst-state").unstarted(task));

  private StoreRecordManager(LockedRecord file, StoreRecord record) {
    this.file = file;
    this.record = record;
  }

  /** Keeps a record in memory only. */
  public static StoreRecordManager inMemory() {
    return new StoreRecordManager(null, StoreRecord.fresh());
  }

  /**
   * Keeps a record in a file.
   *
   * @param file closed by {@link #close}
   */
  public static StoreRecordManager in(LockedRecord file) {
    return new StoreRecordManager(file, file.record());
  }

  /** The record as it is durable now. Any thread. */
  public StoreRecord record() {
    return record;
  }

  /**
   * Makes a lease durable, and the store fresher.
   *
   * @param ended as in {@link #change}
   */
  public void save(Lease lease, Consumer<String> ended) {
    change(before -> before.with(lease).fresher(), ended);
  }

  /**
   * Makes a change of the record durable. Any thread; changes are made in the order of their calls.
   *
   * @param change applied to the record as it is by then, on a thread of the records
   * @param ended gets null, or why it is not durable; on a thread of the records
   */
  public void change(UnaryOperator<StoreRecord> change, Consumer<String> ended) {
    try {
      writer.execute(() -> ended.accept(write(change.apply(record))));
    } catch (RejectedExecutionException closed) {
      ended.accept("the server stops");
    }
  }

  private String write(StoreRecord next) {
    try {
      if (file != null) {
        file.save(next);
      }
      record = next;
      return null;
    } catch (IOException failed) {
      return failed.getMessage();
    }
  }

  @Override
  public void close() {
    writer.close();
    if (file != null) {
      file.close();
    }
  }
}
