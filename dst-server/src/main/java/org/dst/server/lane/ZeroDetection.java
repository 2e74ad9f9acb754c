package org.dst.server.lane;

import io.netty.buffer.ByteBuf;

/** How writes of zeroes are carried out; the names are those of QEMU's detect-zeroes. */
public enum ZeroDetection {
  /** As ordinary writes, without looking at the bytes. */
  OFF,
  /** As WRITE_ZEROES that keeps the range allocated. */
  ON,
  /** As WRITE_ZEROES that may punch holes. */
  UNMAP;

  /** Not worthwhile for less than a page. */
  private static final int LEAST = 4096;

  /** Whether a write of these bytes is turned into WRITE_ZEROES. */
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
