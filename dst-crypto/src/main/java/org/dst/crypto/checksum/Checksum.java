package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;

/** One way to find out that a payload was damaged. Not for more than one thread at a time. */
public interface Checksum {
  /** The name under which links agree on it. */
  String name();

  /** Bytes of a checksum; 0 if nothing is checked. */
  int length();

  /** Writes the checksum of the readable bytes of {@code payload} to the start of {@code into}. */
  void compute(ByteBuf payload, byte[] into);

  /** Whether {@code expected} begins with the checksum of {@code payload}. */
  boolean matches(ByteBuf payload, byte[] expected);
}
