package org.dst.server.engine;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;

/** Counts the errors of a store's storage; costs nothing until there is one. Thread-safe. */
public final class StoreErrors {
  private static final long RECENT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private long io;
  private long noSpace;
  private String last;
  private Instant lastAt;
  private long lastNanos;

  /**
   * A snapshot of the errors.
   *
   * @param io requests and syncs that failed with an I/O error, or for lack of memory
   * @param noSpace requests that failed because the storage or a quota was full
   * @param last the message of the latest error; null if there was none
   * @param lastAt the time of the latest error; null if there was none
   * @param recent whether it was within the last minute
   */
  public record Summary(long io, long noSpace, String last, Instant lastAt, boolean recent) {}

  /** Counts a failure if the storage is to blame. */
  synchronized void note(StoreException e) {
    if (!e.isOfStorage()) {
      return;
    }
    if (e.status() == Status.NO_SPACE) {
      noSpace++;
    } else {
      io++;
    }
    last = e.getMessage();
    lastAt = Instant.now();
    lastNanos = System.nanoTime();
  }

  /** The errors so far. */
  public synchronized Summary summary() {
    boolean recent = last != null && System.nanoTime() - lastNanos < RECENT_NANOS;
    return new Summary(io, noSpace, last, lastAt, recent);
  }
}
