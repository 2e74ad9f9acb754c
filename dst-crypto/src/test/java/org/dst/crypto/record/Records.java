package org.dst.crypto.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dst.crypto.cipher.Aead;

/** Frames and records for tests. */
final class Records {
  static final byte[] SECRET = new byte[32];

  private Records() {}

  /** A frame with room before and behind it. */
  static ByteBuf room(byte[] frame) {
    return ByteBufAllocator.DEFAULT
        .directBuffer(frame.length + 20)
        .writeInt(0)
        .writeBytes(frame)
        .writeZero(Aead.TAG);
  }

  /** Has a frame sealed on the pool. */
  static void sealLater(AeadRecordSealer sealer, byte[] frame) {
    ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
    sealer.sealLater(
        allocator.directBuffer(frame.length).writeBytes(frame),
        allocator.directBuffer(frame.length + 20));
  }

  /** A frame whose content follows from its number and whose length is the given one. */
  static byte[] frame(int number, int length) {
    byte[] bytes = new byte[length];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  /** Takes what an opener delivers. */
  static final class Receiver {
    final List<byte[]> frames = new ArrayList<>();
    int forged;

    Receiver(AeadRecordOpener opener) {
      opener.start(this::take, () -> {}, () -> forged++);
    }

    private void take(ByteBuf frame) {
      frames.add(ByteBufUtil.getBytes(frame));
      frame.release();
    }
  }
}
