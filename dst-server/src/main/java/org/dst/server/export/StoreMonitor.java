package org.dst.server.export;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the size and the path of every store once a second, and resizes exports; all on one thread
 * of its own, because these calls may block on the medium.
 */
public final class StoreMonitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreMonitor.class);

  private final Collection<Export> exports;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("dst-stores").factory());

  /**
   * @param exports a live view of the exports
   */
  public StoreMonitor(Collection<Export> exports) {
    this.exports = exports;
  }

  /** Starts the checks. */
  public void start() {
    thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  private void look() {
    for (Export export : exports) {
      try {
        export.look();
      } catch (RuntimeException | Error e) { // otherwise the checks would end
        log.error("checking the store of '{}' failed", export.name(), e);
      }
    }
  }

  /** Runs {@link Export#resize}; fails as that does. */
  public CompletableFuture<Long> resize(Export export, long size, boolean mayShrink) {
    CompletableFuture<Long> former = new CompletableFuture<>();
    thread.execute(
        () -> {
          try {
            former.complete(export.resize(size, mayShrink));
          } catch (Exception e) {
            former.completeExceptionally(e);
          }
        });
    return former;
  }

  /** Stops the checks; waits a bounded time for one in progress. */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    try {
      if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
        log.warn("a store is still being checked or resized");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
