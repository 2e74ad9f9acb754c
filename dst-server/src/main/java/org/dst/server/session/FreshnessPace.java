package org.dst.server.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * When a store that is written becomes fresher: {@link #INTERVAL} after a client was told that its
 * data is durable, once for all that are told so meanwhile. Thread-safe.
 */
public final class FreshnessPace {
  /** Nanoseconds from the first word to the step. */
  public static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private final AtomicBoolean planned = new AtomicBoolean();

  /**
   * A client was told that its data is durable.
   *
   * @return whether the caller has to see to the next step, because nobody does yet
   */
  public boolean confirmed() {
    return !planned.get() && planned.compareAndSet(false, true);
  }

  /** The step is made now; what is confirmed from now on takes another one. */
  public void step() {
    planned.set(false);
  }
}
