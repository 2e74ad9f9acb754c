package org.dst.crypto.cipher;

import static org.dst.crypto.cipher.CryptoProvider.BOUNCYCASTLE;
import static org.dst.crypto.cipher.CryptoProvider.CONSCRYPT;
import static org.dst.crypto.cipher.CryptoProvider.IPSEC_MB;
import static org.dst.crypto.cipher.CryptoProvider.JDK;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The registry of ciphers, by name. */
public final class Ciphers {
  /** The names offered by default, best first. */
  public static final List<String> DEFAULT =
      List.of("aes-256-gcm", "chacha20-poly1305", "aes-128-gcm");

  /**
   * Up to this many bytes the JDK's AES-GCM beats Conscrypt's, which expands the key on every call:
   * 48 bytes take 0.4 and 1.1 µs, 4 KiB 0.9 and 1.5, 16 KiB 3.1 and 3.0, 64 KiB 13 and 11.
   */
  private static final int SMALL = 12 << 10;

  private static final Logger log = LoggerFactory.getLogger(Ciphers.class);

  /** Lambdas, because method references would load {@link BouncyAead}; see there. */
  private static final Map<String, CipherSpec> KNOWN =
      List.of(
              CipherSpec.of("aes-256-gcm", 32, "c97cc36a96b12c1f986d5efe71687587")
                  .by(IPSEC_MB, IpsecMbAead::aes256)
                  .by(CONSCRYPT, () -> Jce.conscrypt("AES_256/GCM/NoPadding"))
                  .by(JDK, () -> Jce.jdk("AES/GCM/NoPadding"))
                  .by(BOUNCYCASTLE, () -> BouncyAead.aesGcm()),
              CipherSpec.of("aes-128-gcm", 16, "9b0b4825a7ab789a3c3a8c9ce22cc830")
                  .by(IPSEC_MB, IpsecMbAead::aes128)
                  .by(CONSCRYPT, () -> Jce.conscrypt("AES_128/GCM/NoPadding"))
                  .by(JDK, () -> Jce.jdk("AES/GCM/NoPadding"))
                  .by(BOUNCYCASTLE, () -> BouncyAead.aesGcm()),
              CipherSpec.of("chacha20-poly1305", 32, "746d78369e8eb6e7c51d8c12f73f7b0e")
                  .by(CONSCRYPT, () -> Jce.conscrypt("ChaCha20/Poly1305/NoPadding"))
                  .by(JDK, () -> Jce.jdk("ChaCha20-Poly1305"))
                  .by(BOUNCYCASTLE, () -> BouncyAead.chaCha20Poly1305()),
              CipherSpec.of("aes-256-gcm-siv", 32, "c204c2ff8566316a07cbaf275ab7a2ef")
                  .by(CONSCRYPT, () -> Jce.conscrypt("AES_256/GCM-SIV/NoPadding"))
                  .by(BOUNCYCASTLE, () -> BouncyAead.aesGcmSiv()),
              CipherSpec.of("camellia-256-gcm", 32, "449ab21e311cb40d24fdb490e945614b")
                  .by(BOUNCYCASTLE, () -> BouncyAead.camelliaGcm()),
              CipherSpec.of("aria-256-gcm", 32, "f0009ae85e91c6257ab54cd2218cd8c6")
                  .by(BOUNCYCASTLE, () -> BouncyAead.ariaGcm()),
              CipherSpec.of("sm4-gcm", 16, "97a327836a5047dcc08c3a2ca9fc9709")
                  .by(BOUNCYCASTLE, () -> BouncyAead.sm4Gcm()))
          .stream()
          .collect(Collectors.toMap(CipherSpec::name, r -> r, (a, b) -> a, TreeMap::new));

  private Ciphers() {}

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(KNOWN.keySet());
  }

  /** The providers that implement a cipher, whether they work here or not, fastest first. */
  public static List<CryptoProvider> providers(String name) {
    return List.copyOf(spec(name).factories().keySet());
  }

  /** The ciphers of {@link #DEFAULT} that a provider implements; at least one. */
  public static List<String> defaults(CryptoProvider provider) {
    return DEFAULT.stream().filter(name -> providers(name).contains(provider)).toList();
  }

  /** The first of {@code wanted} that is in {@code allowed}, or null. */
  public static String choose(List<String> wanted, List<String> allowed) {
    return wanted.stream().filter(allowed::contains).findFirst().orElse(null);
  }

  /**
   * Creates a cipher from the fastest provider that loads here and passes its self-test.
   *
   * @throws IllegalArgumentException if the name is unknown; the message lists the known ones
   */
  public static AeadCipher create(String name) {
    return create(name, List.of(CryptoProvider.values()));
  }

  /** Creates a cipher from the fastest of the allowed providers. */
  static AeadCipher create(String name, List<CryptoProvider> allowed) {
    CipherSpec spec = spec(name);
    List<CryptoProvider> factories =
        spec.factories().keySet().stream().filter(allowed::contains).toList();
    for (CryptoProvider provider : factories) {
      AeadCipher cipher = tryCreate(spec, provider);
      if (cipher != null && provider == CONSCRYPT && name.startsWith("aes")) {
        AeadCipher small = factories.contains(JDK) ? tryCreate(spec, JDK) : null;
        return small == null ? cipher : AeadCipher.bySize(small, cipher, SMALL);
      }
      if (cipher != null) {
        return cipher;
      }
    }
    throw new IllegalStateException(
        "no provider of cipher '%s' works on this machine".formatted(name));
  }

  /**
   * Creates a cipher from one particular provider.
   *
   * @throws IllegalArgumentException if the cipher is unknown, the provider does not implement it,
   *     or the provider does not work on this machine; the message says which
   */
  public static AeadCipher create(String name, CryptoProvider provider) {
    CipherSpec spec = spec(name);
    if (!spec.factories().containsKey(provider)) {
      throw new IllegalArgumentException(
          "provider %s does not have cipher '%s'; providers that do are %s"
              .formatted(
                  provider.label(),
                  name,
                  spec.factories().keySet().stream()
                      .map(CryptoProvider::label)
                      .collect(Collectors.joining(", "))));
    }
    try {
      return make(spec, provider);
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalArgumentException(
          "provider %s does not work on this machine: %s".formatted(provider.label(), reason(e)),
          e);
    }
  }

  private static CipherSpec spec(String name) {
    CipherSpec spec = KNOWN.get(name);
    if (spec == null) {
      throw new IllegalArgumentException(
          "unknown cipher '%s'; expected one of %s".formatted(name, String.join(", ", names())));
    }
    return spec;
  }

  /** Creates a cipher; null if the provider does not load or fails its self-test. */
  private static AeadCipher tryCreate(CipherSpec spec, CryptoProvider provider) {
    try {
      return make(spec, provider);
    } catch (RuntimeException | LinkageError e) {
      // The optional library is usually absent; the bundled providers should work.
      Level level = provider == IPSEC_MB ? Level.DEBUG : Level.INFO;
      log.atLevel(level)
          .log("{} by {} is unavailable: {}", spec.name(), provider.label(), reason(e));
      return null;
    }
  }

  /**
   * Creates and tests a cipher.
   *
   * @throws RuntimeException if the provider does not work here or fails its self-test
   * @throws LinkageError if its native library does not load
   */
  private static AeadCipher make(CipherSpec spec, CryptoProvider provider) {
    Supplier<Aead> factory = spec.factories().get(provider);
    if (!SelfTest.passes(spec, factory.get())) {
      log.error("{} by {} fails its self-test and is not used", spec.name(), provider.label());
      throw new IllegalStateException("it fails its self-test");
    }
    AeadCipher cipher = new AeadCipher(spec.name(), spec.keyLength(), provider, factory);
    if (provider == JDK) {
      JitWarmUp.start(cipher);
    }
    return cipher;
  }

  private static String reason(Throwable failure) {
    return failure instanceof IllegalStateException ? failure.getMessage() : failure.toString();
  }
}
