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

/** Creates ciphers from JCE providers. */
final class Jce {
  private Jce() {}

  /** Loaded on first use, and not registered with the JDK, so that no other code picks it up. */
  private static final class Holder {
    static final Provider CONSCRYPT = Conscrypt.newProvider();
  }

  /**
   * Creates Conscrypt's cipher for a transformation.
   *
   * @throws LinkageError if its native library has no build for this machine
   */
  static Aead conscrypt(String transformation) {
    return new DirectAead(cipher(transformation, Holder.CONSCRYPT), parameters(transformation));
  }

  /** Creates the JDK's cipher for a transformation. */
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
