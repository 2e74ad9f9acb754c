package org.dst.server.export;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Schedules the increments of a store's freshness: {@link #INTERVAL} after a client was told that
 * its data is durable, or has attached read-write, one increment for all such events in between.
 * Thread-safe.
 */
public final class FreshnessSchedule {
  /** Nanoseconds from the first event to the increment. */
  public static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private final AtomicBoolean planned = new AtomicBoolean();

  /**
   * A client was told that its data is durable, or has attached read-write.
   *
   * @return whether the caller must schedule the increment, because none is scheduled yet
   */
  public boolean used() {
    return !planned.get() && planned.compareAndSet(false, true);
  }

  /** The increment happens now; later events need another one. */
  public void step() {
    planned.set(false);
  }
}
