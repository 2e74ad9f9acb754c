package org.dst.crypto.cipher;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.function.Supplier;

/** A cipher as links use it: a name, a provider, and one {@link Aead} per thread. Thread-safe. */
public final class AeadCipher {
  private final String name;
  private final int keyLength;
  private final CryptoProvider provider;
  private final String description;
  private final FastThreadLocal<Aead> instances;

  AeadCipher(String name, int keyLength, CryptoProvider provider, Supplier<Aead> factory) {
    this(name, keyLength, provider, factory, name + " by " + provider.label());
  }

  private AeadCipher(
      String name,
      int keyLength,
      CryptoProvider provider,
      Supplier<Aead> factory,
      String description) {
    this.description = description;
    this.name = name;
    this.keyLength = keyLength;
    this.provider = provider;
    instances =
        new FastThreadLocal<>() {
          @Override
          protected Aead initialValue() {
            return factory.get();
          }
        };
  }

  /** A cipher that uses {@code small} up to {@code limit} bytes and {@code large} above. */
  static AeadCipher bySize(AeadCipher small, AeadCipher large, int limit) {
    return new AeadCipher(
        large.name,
        large.keyLength,
        large.provider,
        () -> new SizeSplitAead(small.aead(), large.aead(), limit),
        "%s by %s, up to %d KiB by %s"
            .formatted(large.name, large.provider.label(), limit >> 10, small.provider.label()));
  }

  /** The name used in negotiation. */
  public String name() {
    return name;
  }

  /** Length of a key, in bytes. */
  public int keyLength() {
    return keyLength;
  }

  /** The provider; for a size-split cipher the one for large messages. */
  public CryptoProvider provider() {
    return provider;
  }

  /** The instance of the calling thread. */
  public Aead aead() {
    return instances.get();
  }

  /** Creates a key, which takes ownership of the bytes. */
  public AeadKey key(byte[] bytes) {
    if (bytes.length != keyLength) {
      throw new IllegalArgumentException(
          "key of %d bytes for %s (expected: %d)".formatted(bytes.length, name, keyLength));
    }
    return new AeadKey(bytes, name.startsWith("chacha20") ? "ChaCha20" : "AES");
  }

  @Override
  public String toString() {
    return description;
  }
}
