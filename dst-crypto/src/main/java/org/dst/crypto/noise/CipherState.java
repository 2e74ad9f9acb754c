package org.dst.crypto.noise;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The CipherState object (specification §5.1): a key and its nonce, for AESGCM (§12.4). */
final class CipherState {
  private static final int TAG_BITS = 128;
  private static final int NONCE_LENGTH = 12;

  private byte[] k;
  private long n;

  /** InitializeKey. */
  void initializeKey(byte[] key) {
    destroy();
    k = key;
    n = 0;
  }

  /** HasKey. */
  boolean hasKey() {
    return k != null;
  }

  /** EncryptWithAd: encrypts, or returns the plaintext while there is no key. */
  byte[] encryptWithAd(byte[] ad, byte[] plaintext) {
    if (!hasKey()) {
      return plaintext;
    }
    try {
      return cipher(Cipher.ENCRYPT_MODE, ad).doFinal(plaintext);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM encryption failed", impossible);
    }
  }

  /**
   * DecryptWithAd: decrypts, or returns the ciphertext while there is no key.
   *
   * @throws NoiseException if the tag is wrong
   */
  byte[] decryptWithAd(byte[] ad, byte[] ciphertext) throws NoiseException {
    if (!hasKey()) {
      return ciphertext;
    }
    if (ciphertext.length < TAG_BITS / Byte.SIZE) {
      throw new NoiseException("handshake message truncated");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, ad).doFinal(ciphertext);
    } catch (AEADBadTagException wrong) {
      throw new NoiseException("handshake message failed authentication");
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM decryption failed", impossible);
    }
  }

  /** The nonce is 32 zero bits and n as 64 bits, big-endian. A handshake never exhausts n. */
  private Cipher cipher(int mode, byte[] ad) throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE_LENGTH).putLong(Integer.BYTES, n++).array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(k, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(ad);
    return cipher;
  }

  /** Overwrites the key. */
  void destroy() {
    if (k != null) {
      Arrays.fill(k, (byte) 0);
      k = null;
    }
  }
}
