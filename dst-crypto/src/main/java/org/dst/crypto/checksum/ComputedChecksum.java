package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** A checksum that is verified by computing it again. */
abstract class ComputedChecksum implements Checksum {
  private final String name;
  private final byte[] own;

  ComputedChecksum(String name, int length) {
    this.name = name;
    own = new byte[length];
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final int length() {
    return own.length;
  }

  @Override
  public final boolean matches(ByteBuf payload, byte[] expected) {
    compute(payload, own);
    return Arrays.equals(own, 0, own.length, expected, 0, own.length);
  }

  /** Writes the low {@code length} bytes of a number in big-endian order. */
  static void write(long value, byte[] into, int length) {
    for (int i = 0; i < length; i++) {
      into[i] = (byte) (value >>> 8 * (length - 1 - i));
    }
  }
}
