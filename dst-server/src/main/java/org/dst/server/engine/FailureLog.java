package org.dst.server.engine;

import java.util.concurrent.atomic.AtomicLong;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failures of an engine. A dying disk fails thousands of requests per second, so at most
 * one line per second is logged, with the number of errors left out. Thread-safe.
 */
final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
  private static final long INTERVAL_NANOS = 1_000_000_000;

  private final AtomicLong last = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);
  private final AtomicLong leftOut = new AtomicLong();

  /** Maps a failed request to its status; counts and logs the error if the medium is to blame. */
  Status failed(StoreHandle handle, StoreException e) {
    handle.writeVerifier().errors().note(e);
    if (e.status() == Status.IO_ERROR) {
      medium(e.getMessage());
    }
    return e.status();
  }

  /** The status of a request that failed because of a bug in the program; logs the cause. */
  Status failed(Throwable e) {
    LOG.error("unexpected failure in the I/O engine", e);
    return Status.IO_ERROR;
  }

  private void medium(String message) {
    long before = last.get();
    long now = System.nanoTime();
    if (now - before < INTERVAL_NANOS || !last.compareAndSet(before, now)) {
      leftOut.incrementAndGet();
      return;
    }
    long others = leftOut.getAndSet(0);
    LOG.warn("{}{}", message, others == 0 ? "" : " (and " + others + " more I/O errors before)");
  }
}
