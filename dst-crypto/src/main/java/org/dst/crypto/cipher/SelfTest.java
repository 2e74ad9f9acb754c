package org.dst.crypto.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * A known-answer test that an implementation must pass before it is used. Key, nonce, associated
 * data and the 64-byte message are bytes that count up from 0. The expected tags come from OpenSSL;
 * for Camellia, ARIA and SM4 an independent script wrapped its block ciphers in GCM.
 */
final class SelfTest {
  private static final int LENGTH = 64;

  private SelfTest() {}

  /**
   * Whether sealing in place gives the known tag, opening gives the message, and a forgery fails.
   */
  static boolean passes(CipherSpec spec, Aead aead) {
    AeadKey key = new AeadKey(counting(spec.keyLength()), "AES");
    byte[] nonce = counting(Aead.NONCE);
    byte[] associated = counting(4);
    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(LENGTH + Aead.TAG + 1);
    try {
      buffer.writeByte(0).writeBytes(counting(LENGTH)).writeZero(Aead.TAG);
      aead.seal(key, nonce, associated, buffer, 1, LENGTH);
      byte[] tag = new byte[Aead.TAG];
      buffer.getBytes(1 + LENGTH, tag);
      if (!Arrays.equals(tag, spec.knownTag())
          || !aead.open(key, nonce, associated, buffer, 1, LENGTH)) {
        return false;
      }
      byte[] opened = new byte[LENGTH];
      buffer.getBytes(1, opened);
      return Arrays.equals(opened, counting(LENGTH))
          && !aead.open(key, nonce, associated, buffer, 1, LENGTH);
    } finally {
      buffer.release();
    }
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
