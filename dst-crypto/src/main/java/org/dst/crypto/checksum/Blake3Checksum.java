package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;
import org.bouncycastle.crypto.digests.Blake3Digest;

/** BLAKE3 with 32 bytes of output, from Bouncy Castle: plain Java on arrays. */
final class Blake3Checksum extends ComputedChecksum {
  private static final int LENGTH = 32;

  private final Blake3Digest digest = new Blake3Digest(8 * LENGTH);
  private final byte[] piece = new byte[4096];

  Blake3Checksum() {
    super("blake3", LENGTH);
  }

  @Override
  public void compute(ByteBuf payload, byte[] into) {
    digest.reset();
    int end = payload.writerIndex();
    for (int at = payload.readerIndex(); at < end; at += piece.length) {
      int length = Math.min(piece.length, end - at);
      payload.getBytes(at, piece, 0, length);
      digest.update(piece, 0, length);
    }
    digest.doFinal(into, 0);
  }
}
