package org.dst.client.nbd.wire;

import io.netty.buffer.ByteBuf;

/**
 * The payload by which an extended BLOCK_STATUS asks for some of the selected contexts.
 *
 * <pre>
 *   0  effect length  (8)
 *   8  context ids    (4 each, no duplicates)
 * </pre>
 */
public final class BlockStatusPayload {
  /** The only context that there is, and so the only list of ids that asks for anything. */
  private static final int LENGTH = 8 + 4;

  private BlockStatusPayload() {}

  /** Whether a payload of this length (unsigned) can be valid. */
  public static boolean fits(long length) {
    return length == LENGTH;
  }

  /** Whether the payload asks for exactly the context that was selected. */
  public static boolean isValid(ByteBuf payload) {
    return payload.readableBytes() == LENGTH
        && payload.getInt(payload.readerIndex() + 8) == MetaContext.ALLOCATION_ID;
  }

  /** The length of the range of interest in bytes, unsigned. */
  public static long effectLength(ByteBuf payload) {
    return payload.getLong(payload.readerIndex());
  }
}
