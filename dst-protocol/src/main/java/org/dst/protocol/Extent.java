package org.dst.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of bytes of one kind, in the reply to BLOCK_STATUS: 12 bytes each on the wire.
 *
 * @param length bytes, at least 1
 * @param state {@link #HOLE} and {@link #ZERO} bits, as in NBD's base:allocation
 */
public record Extent(long length, int state) {
  /** Not allocated: writing here may fail for want of space. */
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
   * Reads all extents of a BLOCK_STATUS reply.
   *
   * @throws MalformedException if it is empty, over long, not a whole number of extents, or an
   *     extent is not positive
   */
  public static List<Extent> decodeAll(ByteBuf in) throws MalformedException {
    int bytes = in.readableBytes();
    if (bytes == 0 || bytes % WIRE_LENGTH != 0 || bytes / WIRE_LENGTH > Limits.MAX_EXTENTS) {
      throw new MalformedException("block status of " + bytes + " bytes");
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
