package org.dst.server.store.file;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for the changes of a store that are in progress while new ones may start, which are counted
 * apart. Thread-safe; costs two atomic additions per change.
 */
final class ChangeEpochs {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicInteger[] running = {new AtomicInteger(), new AtomicInteger()};
  private volatile int epoch;

  /**
   * A change begins.
   *
   * @return the argument of {@link #exit} when it has ended
   */
  int enter() {
    while (true) {
      int mine = epoch;
      counter(mine).incrementAndGet();
      if (mine == epoch) {
        return mine;
      }
      counter(mine).decrementAndGet(); // the epoch ended meanwhile, and nobody may wait for us
    }
  }

  /** A change has ended. */
  void exit(int epoch) {
    counter(epoch).decrementAndGet();
  }

  private AtomicInteger counter(int epoch) {
    return running[epoch & 1];
  }

  /**
   * Waits until every change that began before the call has ended. Blocks; gives up when it is
   * interrupted.
   *
   * @return whether they have ended
   */
  synchronized boolean await(long nanos) {
    long end = System.nanoTime() + nanos;
    // Twice: of those that an earlier call has given up, some may be counted with the next epoch.
    return advance(end) && advance(end);
  }

  @SuppressWarnings("NonAtomicOperationOnVolatileField") // under the monitor
  private boolean advance(long endNanos) {
    AtomicInteger former = counter(epoch);
    epoch++;
    while (former.get() != 0) {
      if (System.nanoTime() - endNanos >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }
}
