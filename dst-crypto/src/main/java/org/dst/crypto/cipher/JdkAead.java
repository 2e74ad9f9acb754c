package org.dst.crypto.cipher;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.function.Function;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * A JCE cipher that performs best on arrays, as the JDK's own do. Has one instance per direction,
 * because an instance caches the key schedule as long as consecutive calls use the same key.
 */
final class JdkAead extends ArrayAead {
  private final Cipher sealing;
  private final Cipher opening;
  private final Function<byte[], AlgorithmParameterSpec> parameters;

  JdkAead(Cipher sealing, Cipher opening, Function<byte[], AlgorithmParameterSpec> parameters) {
    this.sealing = sealing;
    this.opening = opening;
    this.parameters = parameters;
  }

  @Override
  void seal(AeadKey key, byte[] nonce, byte[] associated, byte[] in, int length, byte[] out) {
    try {
      sealing.init(Cipher.ENCRYPT_MODE, key, parameters.apply(nonce));
      sealing.updateAAD(associated);
      sealing.doFinal(in, 0, length, out, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  @Override
  boolean open(AeadKey key, byte[] nonce, byte[] associated, byte[] in, int length, byte[] out) {
    try {
      opening.init(Cipher.DECRYPT_MODE, key, parameters.apply(nonce));
      opening.updateAAD(associated);
      opening.doFinal(in, 0, length, out, 0);
      return true;
    } catch (AEADBadTagException forged) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening failed", e);
    }
  }
}
