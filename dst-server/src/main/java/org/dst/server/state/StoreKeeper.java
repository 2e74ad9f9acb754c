package org.dst.server.state;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.dst.server.session.Lease;

/**
 * Keeps the record of one store. A store in memory dies with the process, and so does its record;
 * every other one is written to the state directory.
 */
public final class StoreKeeper implements AutoCloseable {
  private final StateDirectory directory;
  private final String location;
  private final StoreRecord record;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("dst-state").unstarted(task));

  private StoreKeeper(StateDirectory directory, String location, StoreRecord record) {
    this.directory = directory;
    this.location = location;
    this.record = record;
  }

  /** Keeps a record in memory only. */
  public static StoreKeeper inMemory() {
    return new StoreKeeper(null, null, new StoreRecord(UUID.randomUUID(), Lease.NONE));
  }

  /** Keeps a record in a directory; reads it, or makes it. */
  public static StoreKeeper in(StateDirectory directory, String location) throws IOException {
    return new StoreKeeper(directory, location, directory.load(location));
  }

  /** The record as it was found. */
  public StoreRecord record() {
    return record;
  }

  /**
   * Makes a lease durable.
   *
   * @param ended gets null, or why it is not durable; on a thread of the keeper
   */
  public void save(Lease lease, Consumer<String> ended) {
    try {
      writer.execute(() -> ended.accept(write(lease)));
    } catch (RejectedExecutionException closed) {
      ended.accept("the server stops");
    }
  }

  private String write(Lease lease) {
    if (directory == null) {
      return null;
    }
    try {
      directory.save(location, new StoreRecord(record.identity(), lease));
      return null;
    } catch (IOException failed) {
      return failed.getMessage();
    }
  }

  @Override
  public void close() {
    writer.close();
  }
}
