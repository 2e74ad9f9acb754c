package org.dst.client.nbd.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** Detects buffers that hold nothing but zeroes. */
public final class Zeroes {
  private static final int STEP = 8;

  private Zeroes() {}

  /** Whether all readable bytes are 0. Cheap when the first or last ones are not. */
  public static boolean only(ByteBuf bytes) {
    int length = bytes.readableBytes();
    int start = bytes.readerIndex();
    if (length < STEP || bytes.getLong(start) != 0 || bytes.getLong(start + length - STEP) != 0) {
      return false;
    }
    if (bytes.nioBufferCount() == 1) {
      return repeats(bytes.nioBuffer());
    }
    return bytes.forEachByte(value -> value == 0) < 0;
  }

  /** Compares the bytes with themselves, shifted by as many as are known to be 0. */
  private static boolean repeats(ByteBuffer bytes) {
    int shifted = bytes.remaining() - STEP;
    return bytes.slice(0, shifted).mismatch(bytes.slice(STEP, shifted)) < 0;
  }
}
