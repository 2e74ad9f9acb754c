package org.dst.crypto.cipher;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The implementations that ciphers come from, most preferred first. */
public enum CryptoProvider {
  /** Intel's Multi-Buffer Crypto for IPsec, if installed: AES-GCM at full hardware speed. */
  IPSEC_MB,
  /** BoringSSL through Conscrypt: bundled, and the fastest bundled one for large records. */
  CONSCRYPT,
  /** The JDK's own ciphers: always present, and fast once JIT-compiled. */
  JDK,
  /** Plain Java: a hundred times slower, but with ciphers that no other provider has. */
  BOUNCYCASTLE;

  /** Whether working in place costs nothing extra; some providers have to copy the input first. */
  public boolean isFastInPlace() {
    return this != CONSCRYPT;
  }

  /** The name in options and messages. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The provider with that name.
   *
   * @throws IllegalArgumentException if the name is unknown; the message lists the known ones
   */
  public static CryptoProvider of(String label) {
    for (CryptoProvider provider : values()) {
      if (provider.label().equals(label)) {
        return provider;
      }
    }
    throw new IllegalArgumentException(
        "unknown crypto provider '%s'; expected one of %s"
            .formatted(
                label,
                Arrays.stream(values())
                    .map(CryptoProvider::label)
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }
}
