package org.dst.crypto.cipher;

import io.netty.buffer.ByteBufUtil;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How a cipher is made by each provider that has it, and what it must answer.
 *
 * @param keyLength in bytes
 * @param knownTag the tag of {@link SelfTest}'s message
 * @param factories in the order of the providers, which is that of their speed
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
