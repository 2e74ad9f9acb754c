package org.dst.client.nbd.wire;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Extent;
import org.dst.protocol.Limits;

/**
 * Turns the device's extents into the descriptors of a block status chunk.
 *
 * <pre>
 *   compact:   length (4)  state (4)
 *   extended:  length (8)  state (8)
 * </pre>
 */
public final class ExtentChunk {
  /** Bytes of the most descriptors that one reply can have. */
  public static final int MAX_BYTES = Limits.MAX_EXTENTS * 16;

  private ExtentChunk() {}

  /**
   * Appends descriptors for a range: neighbours of one state merged, the last one cut at the end of
   * the range.
   *
   * @param extents as the device encoded them; read to the end
   * @param length of the range
   * @param one whether only the first is wanted
   * @return how many descriptors were appended; 0 if the device's extents are malformed
   */
  public static int convert(
      ByteBuf extents, long length, boolean one, boolean extended, ByteBuf out) {
    int bytes = extents.readableBytes();
    if (bytes == 0 || bytes % Extent.WIRE_LENGTH != 0) {
      return 0;
    }
    int count = 0;
    long left = length;
    long run = 0;
    int runState = 0;
    while (extents.isReadable() && left > 0) {
      long piece = Math.min(extents.readLong(), left);
      int state = extents.readInt();
      if (piece <= 0) {
        return 0;
      }
      if (run > 0 && state != runState) {
        append(out, run, runState, extended);
        count++;
        run = 0;
        if (one || count == Limits.MAX_EXTENTS) {
          return count;
        }
      }
      runState = state;
      run += piece;
      left -= piece;
    }
    append(out, run, runState, extended);
    return count + 1;
  }

  private static void append(ByteBuf out, long length, int state, boolean extended) {
    if (extended) {
      out.writeLong(length).writeLong(state);
    } else {
      out.writeInt((int) length).writeInt(state);
    }
  }
}
