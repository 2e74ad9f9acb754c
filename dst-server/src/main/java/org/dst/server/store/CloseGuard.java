package org.dst.server.store;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets something be closed while threads use it: what must not happen under their feet (a
 * descriptor's number given to another file) waits for the last of them. Thread-safe; costs two
 * atomic additions a use.
 */
public final class CloseGuard {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final AtomicInteger state = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Runnable atEnd;

  /**
   * @param atEnd called once, by whoever is last out after {@link #close}
   */
  public CloseGuard(Runnable atEnd) {
    this.atEnd = atEnd;
  }

  /**
   * Begins a use.
   *
   * @return false if it is closed; otherwise {@link #exit} must follow
   */
  public boolean enter() {
    if (state.incrementAndGet() < 0) {
      exit();
      return false;
    }
    return true;
  }

  /** Ends a use. */
  public void exit() {
    if (state.decrementAndGet() == CLOSED) {
      end();
    }
  }

  /** Refuses new uses; does not wait for those that are under way. */
  public void close() {
    if (state.getAndUpdate(uses -> uses | CLOSED) == 0) {
      end();
    }
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      atEnd.run();
    }
  }
}
