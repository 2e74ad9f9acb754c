package org.dst.crypto.cipher;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.conscrypt.Conscrypt;

/** Makes ciphers of the JCE. */
final class Jce {
  private Jce() {}

  /** Loaded at the first use, and not registered with the JDK: nobody else gets it by accident. */
  private static final class Holder {
    static final Provider CONSCRYPT = Conscrypt.newProvider();
  }

  /**
   * Conscrypt's cipher of that transformation.
   *
   * @throws LinkageError if its native library has no build for this machine
   */
  static Aead conscrypt(String transformation) {
    return new DirectAead(cipher(transformation, Holder.CONSCRYPT), parameters(transformation));
  }

  /** The JDK's cipher of that transformation. */
  static Aead jdk(String transformation) {
    Provider provider = Security.getProvider("SunJCE");
    return new JdkAead(
        cipher(transformation, provider),
        cipher(transformation, provider),
        parameters(transformation));
  }

  private static Cipher cipher(String transformation, Provider provider) {
    try {
      return Cipher.getInstance(transformation, provider);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no cipher " + transformation, e);
    }
  }

  private static Function<byte[], AlgorithmParameterSpec> parameters(String transformation) {
    return transformation.startsWith("ChaCha20")
        ? IvParameterSpec::new
        : nonce -> new GCMParameterSpec(8 * Aead.TAG, nonce);
  }
}
