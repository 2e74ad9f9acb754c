package org.dst.client.device;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/**
 * One request of a front end. Pooled by the front end that makes it; between submission and
 * completion its fields do not change.
 */
public abstract class BlockRequest {
  /** READ, WRITE, FLUSH, TRIM, WRITE_ZEROES, CACHE or BLOCK_STATUS. */
  public abstract Opcode opcode();

  /** Bits of {@link org.dst.protocol.RequestFlags}. */
  public abstract int flags();

  /** The first byte of the range. */
  public abstract long offset();

  /** The length of the range in bytes; 0 for FLUSH. */
  public abstract long count();

  /**
   * WRITE: the bytes, immutable from submission on. The device takes its own references and
   * releases those; this one stays the front end's until completion. Otherwise null.
   */
  public abstract ByteBuf payload();

  /** The event loop on which {@link #completed} is to be called. */
  public abstract EventExecutor loop();

  /**
   * The request ended; called once, on {@link #loop}.
   *
   * @param payload READ that succeeded: its bytes, possibly composite; BLOCK_STATUS that succeeded:
   *     encoded extents. Owned by the callee. Otherwise null.
   */
  public abstract void completed(Status status, ByteBuf payload);
}
