package org.dst.server.lane;

import io.netty.buffer.ByteBuf;

/** What becomes of writes whose bytes are all zero; the names are those of qemu. */
public enum ZeroDetection {
  /** They are written like others, and nobody looks. */
  OFF,
  /** They become zeroes that stay allocated. */
  ON,
  /** They become zeroes that may be holes. */
  UNMAP;

  /** Below a page of the usual size nothing is gained. */
  private static final int LEAST = 4096;

  /** Whether a write of these bytes is to become zeroes. */
  boolean takes(ByteBuf payload) {
    return this != OFF && payload.readableBytes() >= LEAST && isZero(payload);
  }

  private static boolean isZero(ByteBuf bytes) {
    int index = bytes.readerIndex();
    int end = bytes.writerIndex();
    for (; end - index >= Long.BYTES; index += Long.BYTES) {
      if (bytes.getLong(index) != 0) {
        return false;
      }
    }
    for (; index < end; index++) {
      if (bytes.getByte(index) != 0) {
        return false;
      }
    }
    return true;
  }
}
