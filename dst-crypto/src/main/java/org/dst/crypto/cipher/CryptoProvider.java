package org.dst.crypto.cipher;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where ciphers come from, the preferred one first. */
public enum CryptoProvider {
  /** Intel's Multi-Buffer Crypto, if it is installed: AES-GCM at the speed of the processor. */
  IPSEC_MB,
  /** BoringSSL through Conscrypt: in the package, and the fastest of those for large records. */
  CONSCRYPT,
  /** The JDK's own: everywhere, and fast once it is compiled. */
  JDK,
  /** Plain Java, a hundred times slower, with ciphers that nobody else has. */
  BOUNCYCASTLE;

  /**
   * Whether results may overwrite what they are made of at no cost: some have to copy that first.
   */
  public boolean isFastInPlace() {
    return this != CONSCRYPT;
  }

  /** The name that people write. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The provider of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static CryptoProvider of(String label) {
    for (CryptoProvider provider : values()) {
      if (provider.label().equals(label)) {
        return provider;
      }
    }
    throw new IllegalArgumentException(
        "unknown crypto provider '%s'; known are %s"
            .formatted(
                label,
                Arrays.stream(values())
                    .map(CryptoProvider::label)
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }
}
