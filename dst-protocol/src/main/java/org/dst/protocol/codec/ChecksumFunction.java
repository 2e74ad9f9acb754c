package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;

/** Computes the payload checksum negotiated for a link; the algorithms are in dst-crypto. */
@FunctionalInterface
public interface ChecksumFunction {
  /** Writes the checksum of the readable bytes of {@code payload} to the start of {@code into}. */
  void compute(ByteBuf payload, byte[] into);
}
