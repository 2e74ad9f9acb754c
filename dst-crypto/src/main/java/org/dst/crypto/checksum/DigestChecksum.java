package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A 32-byte message digest of the JDK. */
final class DigestChecksum extends ComputedChecksum {
  private static final int LENGTH = 32;

  private final MessageDigest digest;

  DigestChecksum(String name, String algorithm) {
    super(name, LENGTH);
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no " + algorithm, e);
    }
  }

  @Override
  public void compute(ByteBuf payload, byte[] into) {
    if (payload.nioBufferCount() == 1) {
      digest.update(payload.internalNioBuffer(payload.readerIndex(), payload.readableBytes()));
    } else {
      for (var part : payload.nioBuffers()) {
        digest.update(part);
      }
    }
    try {
      digest.digest(into, 0, LENGTH);
    } catch (DigestException e) {
      throw new IllegalArgumentException("no room for a checksum of 32 bytes", e);
    }
  }
}
