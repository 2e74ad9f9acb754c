package org.dst.server.engine;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import org.dst.platform.loop.EventLoopQueue;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/**
 * One operation on an export's store. Pooled by the lane that creates it; between submission and
 * completion it belongs to the engine, and its fields do not change.
 */
public abstract class IoRequest extends EventLoopQueue.Entry {
  /** The next step of a request. Only changes that need a sync have more than one. */
  enum Step {
    /** Wait for a sync, then operate: a BARRIER. */
    SYNC_FIRST,
    /** Make the system call. */
    OPERATE,
    /** Wait for a sync and be done: a FLUSH, or a durable change that is not a write. */
    SYNC_LAST
  }

  /** Links requests that wait for the same sync; owned by the engine while it has the request. */
  IoRequest next;

  /** The next step; owned by the engine. */
  Step step;

  /** Where the request completes; set before it is submitted. */
  private EventExecutor loop;

  /** The outcome, set by the thread that did the work before it hands the request back. */
  Status outcome;

  /** READ, WRITE, FLUSH, TRIM, WRITE_ZEROES, CACHE or BLOCK_STATUS. */
  public abstract Opcode opcode();

  /** Bits of {@link org.dst.protocol.RequestFlags}. */
  public abstract int flags();

  /** The first byte of the range. */
  public abstract long offset();

  /** The length of the range in bytes. */
  public abstract long count();

  /**
   * WRITE: the bytes to write. READ: gets {@link #count} bytes appended. BLOCK_STATUS: gets the
   * encoded extents appended. Otherwise null.
   */
  public abstract ByteBuf data();

  /** Sets the event loop that {@link #completed} is called on; before the request is submitted. */
  public final void completeOn(EventExecutor loop) {
    this.loop = loop;
  }

  /** The event loop that {@link #completed} is called on. */
  public final EventExecutor loop() {
    return loop;
  }

  /** The store and its sync gate. */
  public abstract StoreHandle store();

  /** The operation ended; called on {@link #loop}. */
  public abstract void completed(Status status);

  @Override
  protected final void process() {
    completed(outcome);
  }
}
