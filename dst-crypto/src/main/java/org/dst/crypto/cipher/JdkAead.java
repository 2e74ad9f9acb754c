package org.dst.crypto.cipher;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.function.Function;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/** A JCE cipher that is at its best on arrays, as the JDK's own are. */
final class JdkAead extends ArrayAead {
  private final Cipher cipher;
  private final Function<byte[], AlgorithmParameterSpec> parameters;

  JdkAead(Cipher cipher, Function<byte[], AlgorithmParameterSpec> parameters) {
    this.cipher = cipher;
    this.parameters = parameters;
  }

  @Override
  void seal(AeadKey key, byte[] nonce, byte[] associated, byte[] in, int length, byte[] out) {
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, parameters.apply(nonce));
      cipher.updateAAD(associated);
      cipher.doFinal(in, 0, length, out, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  @Override
  boolean open(AeadKey key, byte[] nonce, byte[] associated, byte[] in, int length, byte[] out) {
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, parameters.apply(nonce));
      cipher.updateAAD(associated);
      cipher.doFinal(in, 0, length, out, 0);
      return true;
    } catch (AEADBadTagException forged) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening failed", e);
    }
  }
}
