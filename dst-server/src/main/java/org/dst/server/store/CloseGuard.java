package org.dst.server.store;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Defers a close until the last user is done, where closing under its feet would be dangerous (a
 * descriptor's number may be reused for another file). Thread-safe; costs two atomic additions per
 * use.
 */
public final class CloseGuard {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final AtomicInteger state = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Runnable atEnd;

  /**
   * @param atEnd called once after {@link #close}, by the last user to leave
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

  /** Rejects new uses; does not wait for those in progress. */
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
