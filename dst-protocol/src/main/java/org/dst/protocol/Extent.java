package org.dst.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of bytes with the same allocation state, in the reply to BLOCK_STATUS.
 *
 * @param length in bytes, at least 1
 * @param state {@link #HOLE} and {@link #ZERO} bits, as in NBD's base:allocation
 */
public record Extent(long length, int state) {
  /** Not allocated: a write here may run out of space. */
  public static final int HOLE = 1;

  /** Reads as zeroes. */
  public static final int ZERO = 2;

  /** Bytes of one extent on the wire. */
  public static final int WIRE_LENGTH = 12;

  /** Appends this extent to a BLOCK_STATUS reply. */
  public void encode(ByteBuf out) {
    out.writeLong(length).writeInt(state);
  }

  /**
   * Decodes the payload of a BLOCK_STATUS reply.
   *
   * @throws MalformedException if it is empty, too long, not a whole number of extents, or has an
   *     extent without length
   */
  public static List<Extent> decodeAll(ByteBuf in) throws MalformedException {
    int bytes = in.readableBytes();
    if (bytes == 0 || bytes % WIRE_LENGTH != 0 || bytes / WIRE_LENGTH > Limits.MAX_EXTENTS) {
      throw new MalformedException(
          "block status of %d bytes (expected: 1 to %d extents of %d bytes)"
              .formatted(bytes, Limits.MAX_EXTENTS, WIRE_LENGTH));
    }
    List<Extent> extents = new ArrayList<>(bytes / WIRE_LENGTH);
    while (in.isReadable()) {
      Extent extent = new Extent(in.readLong(), in.readInt());
      if (extent.length <= 0) {
        throw new MalformedException("extent of " + extent.length + " bytes (expected: > 0)");
      }
      extents.add(extent);
    }
    return extents;
  }
}
