package org.dst.crypto.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A task of an {@link OrderedTasks}: run once, on any thread, then finished on the event loop when
 * its turn comes. If the link closes first, whichever thread touches the task last drops it.
 */
public abstract class CryptoTask {
  private static final VarHandle STATE;

  /** Not run yet; the crypto thread owns the buffers. */
  private static final int PENDING = 0;

  /** Has run; the event loop owns the buffers. */
  private static final int DONE = 1;

  /** The link has closed; the crypto thread owns the buffers and drops them. */
  private static final int ABANDONED = 2;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(CryptoTask.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int bytes;

  @SuppressWarnings("unused") // through STATE
  private volatile int state;

  private Throwable failure;

  /** Set before the task is visible to other threads. */
  OrderedTasks owner;

  long position;
  long submittedNanos;

  /** A task that processes {@code bytes} bytes. */
  protected CryptoTask(int bytes) {
    this.bytes = bytes;
  }

  /** Does the work. Any thread. */
  protected abstract void run();

  /**
   * Takes the result; called on the event loop, in order.
   *
   * @param failure what {@link #run} threw, or null
   */
  protected abstract void finished(Throwable failure);

  /** Releases the buffers: the task will not be finished. Any thread. */
  protected abstract void dropped();

  final int bytes() {
    return bytes;
  }

  /** Runs the task and hands it to its event loop, or drops it. */
  final void perform() {
    if (state == ABANDONED) {
      dropped();
      return;
    }
    try {
      run();
    } catch (Throwable e) {
      failure = e;
    }
    if (STATE.compareAndSet(this, PENDING, DONE)) {
      owner.done(this);
    } else {
      dropped();
    }
  }

  final boolean isDone() {
    return state == DONE;
  }

  /** Marks a task that needs no crypto thread as done. */
  final void alreadyDone() {
    STATE.set(this, DONE);
  }

  /** The link has closed: the result is no longer wanted. */
  final void abandon() {
    if (!STATE.compareAndSet(this, PENDING, ABANDONED)) {
      dropped();
    }
  }

  final void finish() {
    finished(failure);
  }
}
