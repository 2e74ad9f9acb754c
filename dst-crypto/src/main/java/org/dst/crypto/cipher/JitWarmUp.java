package org.dst.crypto.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Seals and opens small records until the JIT compiler has optimised a cipher of the JDK. Before
 * that it runs at a hundredth of its speed, and a load of 1 MiB records alone would keep it there
 * for 20 s. Runs once per cipher, on its own thread.
 */
final class JitWarmUp {
  private static final int RECORD = 4096;
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(700);

  private static final Set<String> STARTED = ConcurrentHashMap.newKeySet();

  private JitWarmUp() {}

  static void start(AeadCipher cipher) {
    if (STARTED.add(cipher.name())) {
      Thread.ofPlatform()
          .name("dst-warm-up-" + cipher.name())
          .daemon()
          .start(() -> run(cipher, System.nanoTime()));
    }
  }

  private static void run(AeadCipher cipher, long start) {
    Aead aead = cipher.aead();
    AeadKey key = cipher.key(new byte[cipher.keyLength()]);
    byte[] nonce = new byte[Aead.NONCE];
    byte[] associated = new byte[4];
    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(RECORD + Aead.TAG);
    try {
      for (int round = 0; System.nanoTime() - start < NANOS; round++) {
        nonce[0] = (byte) round;
        nonce[1] = (byte) (round >>> 8);
        nonce[2] = (byte) (round >>> 16);
        aead.seal(key, nonce, associated, buffer, 0, RECORD);
        aead.open(key, nonce, associated, buffer, 0, RECORD);
      }
    } finally {
      buffer.release();
    }
  }
}
