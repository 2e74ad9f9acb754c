package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import org.dst.crypto.cipher.AeadKey;

/**
 * HMAC-SHA-256 (RFC 2104) with one key per direction of a secured link: {@link #compute} uses the
 * sending key, {@link #matches} the receiving key.
 */
final class HmacChecksum implements Checksum {
  private static final int LENGTH = 32;

  private final Mac sending;
  private final Mac receiving;
  private final byte[] own = new byte[LENGTH];

  HmacChecksum(MacKeys keys) {
    sending = mac(keys.sending());
    receiving = mac(keys.receiving());
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new AeadKey(key.clone(), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }

  @Override
  public String name() {
    return Checksums.KEYED;
  }

  @Override
  public int length() {
    return LENGTH;
  }

  @Override
  public void compute(ByteBuf payload, byte[] into) {
    compute(sending, payload, into);
  }

  @Override
  public boolean matches(ByteBuf payload, byte[] expected) {
    compute(receiving, payload, own);
    int different = 0;
    for (int i = 0; i < LENGTH; i++) { // constant time: do not reveal how many bytes matched
      different |= own[i] ^ expected[i];
    }
    return different == 0;
  }

  private static void compute(Mac mac, ByteBuf payload, byte[] into) {
    if (payload.nioBufferCount() == 1) {
      mac.update(payload.internalNioBuffer(payload.readerIndex(), payload.readableBytes()));
    } else {
      for (var part : payload.nioBuffers()) {
        mac.update(part);
      }
    }
    try {
      mac.doFinal(into, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no room for a checksum of 32 bytes", e);
    }
  }
}
