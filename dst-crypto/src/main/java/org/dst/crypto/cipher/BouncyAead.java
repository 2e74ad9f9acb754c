package org.dst.crypto.cipher;

import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.ARIAEngine;
import org.bouncycastle.crypto.engines.CamelliaEngine;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMSIVBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.util.Arrays;

/**
 * A cipher from Bouncy Castle's lightweight API. No other class of this package may refer to that
 * library: loading its first class verifies the signature of the whole jar, which takes as long as
 * the rest of a program's start.
 */
final class BouncyAead extends ArrayAead {
  private final AEADCipher cipher;

  private BouncyAead(AEADCipher cipher) {
    this.cipher = cipher;
  }

  static Aead aesGcm() {
    return gcm(AESEngine.newInstance());
  }

  static Aead camelliaGcm() {
    return gcm(new CamelliaEngine());
  }

  static Aead ariaGcm() {
    return gcm(new ARIAEngine());
  }

  static Aead sm4Gcm() {
    return gcm(new SM4Engine());
  }

  static Aead chaCha20Poly1305() {
    return new BouncyAead(new ChaCha20Poly1305());
  }

  static Aead aesGcmSiv() {
    return new BouncyAead(new GCMSIVBlockCipher());
  }

  private static Aead gcm(BlockCipher engine) {
    return new BouncyAead(GCMBlockCipher.newInstance(engine));
  }

  @Override
  void seal(AeadKey key, byte[] nonce, byte[] associated, byte[] in, int length, byte[] out) {
    try {
      run(true, key, nonce, associated, in, length, out);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  @Override
  boolean open(AeadKey key, byte[] nonce, byte[] associated, byte[] in, int length, byte[] out) {
    try {
      run(false, key, nonce, associated, in, length, out);
      return true;
    } catch (InvalidCipherTextException forged) {
      return false;
    }
  }

  private void run(
      boolean sealing,
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      byte[] in,
      int length,
      byte[] out)
      throws InvalidCipherTextException {
    byte[] secret = key.getEncoded();
    try {
      KeyParameter parameter = new KeyParameter(secret);
      cipher.init(sealing, new AEADParameters(parameter, 8 * TAG, nonce, associated));
      int written = cipher.processBytes(in, 0, length, out, 0);
      cipher.doFinal(out, written);
    } finally {
      Arrays.clear(secret);
    }
  }
}
