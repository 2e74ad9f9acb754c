package org.dst.server.export;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * When a store that is written becomes fresher: {@link #INTERVAL} after a client was told that its
 * data is durable, or has attached to write, once for all that happens meanwhile. Thread-safe.
 */
public final class FreshnessSchedule {
  /** Nanoseconds from the first use to the step. */
  public static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private final AtomicBoolean planned = new AtomicBoolean();

  /**
   * A client was told that its data is durable, or has attached to write.
   *
   * @return whether the caller has to see to the next step, because nobody does yet
   */
  public boolean used() {
    return !planned.get() && planned.compareAndSet(false, true);
  }

  /** The step is made now; what comes from now on takes another one. */
  public void step() {
    planned.set(false);
  }
}
