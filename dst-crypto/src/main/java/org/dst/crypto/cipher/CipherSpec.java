package org.dst.crypto.cipher;

import io.netty.buffer.ByteBufUtil;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A cipher, the providers that implement it, and its known answer.
 *
 * @param name the name used in negotiation
 * @param keyLength in bytes
 * @param knownTag the expected tag of {@link SelfTest}'s message
 * @param factories by provider, fastest first
 */
record CipherSpec(
    String name, int keyLength, byte[] knownTag, Map<CryptoProvider, Supplier<Aead>> factories) {

  static CipherSpec of(String name, int keyLength, String knownTag) {
    return new CipherSpec(
        name,
        keyLength,
        ByteBufUtil.decodeHexDump(knownTag),
        new EnumMap<CryptoProvider, Supplier<Aead>>(CryptoProvider.class));
  }

  CipherSpec by(CryptoProvider provider, Supplier<Aead> factory) {
    factories.put(provider, factory);
    return this;
  }
}
