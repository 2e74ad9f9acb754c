package org.dst.crypto.cipher;

import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.util.Arrays;

/** A cipher of Bouncy Castle, through its lightweight interface. */
final class BouncyAead extends ArrayAead {
  private final AEADCipher cipher;

  BouncyAead(AEADCipher cipher) {
    this.cipher = cipher;
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
