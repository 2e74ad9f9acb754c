package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;

/** A payload checksum algorithm. An instance serves one thread at a time. */
public interface Checksum {
  /** The name used in negotiation. */
  String name();

  /** Length of a checksum, in bytes; 0 for none. */
  int length();

  /** Writes the checksum of the readable bytes of {@code payload} to the start of {@code into}. */
  void compute(ByteBuf payload, byte[] into);

  /** Whether {@code expected} starts with the checksum of {@code payload}. */
  boolean matches(ByteBuf payload, byte[] expected);
}
