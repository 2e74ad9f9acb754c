package org.dst.server.engine;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;

/** What a store's storage has failed with so far; costs nothing while it does not. Thread-safe. */
public final class StoreErrors {
  private static final long RECENT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private long io;
  private long noSpace;
  private String last;
  private Instant lastAt;
  private long lastNanos;

  /**
   * The errors at one moment.
   *
   * @param io requests and syncs that failed with an I/O error, or for want of memory
   * @param noSpace those that failed because the storage or a quota was full
   * @param last what the latest of them said; null if there was none
   * @param lastAt when that was; null if there was none
   * @param recent whether that was within the last minute
   */
  public record Summary(long io, long noSpace, String last, Instant lastAt, boolean recent) {}

  /** Something has failed; counts if the storage is to blame. */
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

  /** What there was so far. */
  public synchronized Summary summary() {
    boolean recent = last != null && System.nanoTime() - lastNanos < RECENT_NANOS;
    return new Summary(io, noSpace, last, lastAt, recent);
  }
}
