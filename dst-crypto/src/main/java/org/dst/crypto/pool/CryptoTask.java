package org.dst.crypto.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A piece of work of a {@link OrderedTasks}: done once, on any thread, then taken over by the event
 * loop when its turn comes, or dropped by whoever is the last to touch it when the sequence was
 * closed meanwhile.
 */
public abstract class CryptoTask {
  private static final VarHandle STATE;

  /** Not done yet; the crypto thread owns the buffers. */
  private static final int PENDING = 0;

  /** Done; the event loop owns the buffers. */
  private static final int DONE = 1;

  /** Nobody waits for it any more; the crypto thread owns the buffers and drops them. */
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

  /** Set by the sequence before the work is visible to others. */
  OrderedTasks sequence;

  long position;
  long submittedNanos;

  /** Work on so many bytes. */
  protected CryptoTask(int bytes) {
    this.bytes = bytes;
  }

  /** Does it. Any thread. */
  protected abstract void run();

  /**
   * Takes the result over; called on the event loop, in order.
   *
   * @param failure what {@link #run} has thrown, or null
   */
  protected abstract void finished(Throwable failure);

  /** Releases what it holds: it will not be finished. Any thread. */
  protected abstract void dropped();

  final int bytes() {
    return bytes;
  }

  /** Runs it and passes it to its loop, or drops it. */
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
      sequence.done(this);
    } else {
      dropped();
    }
  }

  final boolean isDone() {
    return state == DONE;
  }

  /** Needs no crypto thread: is done from the start. */
  final void alreadyDone() {
    STATE.set(this, DONE);
  }

  /** The loop does not want it any more. */
  final void abandon() {
    if (!STATE.compareAndSet(this, PENDING, ABANDONED)) {
      dropped();
    }
  }

  final void finish() {
    finished(failure);
  }
}
