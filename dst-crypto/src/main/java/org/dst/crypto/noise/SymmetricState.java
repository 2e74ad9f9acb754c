package org.dst.crypto.noise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The SymmetricState object (specification §5.2): chaining key and handshake hash, for SHA256. */
final class SymmetricState {
  private static final int HASH_LENGTH = 32;

  private final CipherState cipherState = new CipherState();
  private byte[] ck;
  private byte[] h;

  /** InitializeSymmetric. */
  SymmetricState(String protocolName) {
    byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
    h = name.length <= HASH_LENGTH ? Arrays.copyOf(name, HASH_LENGTH) : sha256(name);
    ck = h.clone();
  }

  /** MixKey. */
  void mixKey(byte[] inputKeyMaterial) {
    byte[][] outputs = hkdf(inputKeyMaterial, 2);
    replaceChainingKey(outputs[0]);
    cipherState.initializeKey(outputs[1]);
  }

  /** MixHash. */
  void mixHash(byte[] data) {
    h = sha256(h, data);
  }

  /** MixKeyAndHash. */
  void mixKeyAndHash(byte[] inputKeyMaterial) {
    byte[][] outputs = hkdf(inputKeyMaterial, 3);
    replaceChainingKey(outputs[0]);
    mixHash(outputs[1]);
    cipherState.initializeKey(outputs[2]);
  }

  /** GetHandshakeHash. */
  byte[] getHandshakeHash() {
    return h.clone();
  }

  /** EncryptAndHash. */
  byte[] encryptAndHash(byte[] plaintext) {
    byte[] ciphertext = cipherState.encryptWithAd(h, plaintext);
    mixHash(ciphertext);
    return ciphertext;
  }

  /** DecryptAndHash. */
  byte[] decryptAndHash(byte[] ciphertext) throws NoiseException {
    byte[] plaintext = cipherState.decryptWithAd(h, ciphertext);
    mixHash(ciphertext);
    return plaintext;
  }

  /** HasKey: whether encrypted data now carries a tag. */
  boolean hasKey() {
    return cipherState.hasKey();
  }

  /** Split, returning the keys of the two CipherStates: the initiator's direction first. */
  byte[][] split() {
    return hkdf(new byte[0], 2);
  }

  /** Wipes every secret. */
  void destroy() {
    Arrays.fill(ck, (byte) 0);
    cipherState.destroy();
  }

  private void replaceChainingKey(byte[] next) {
    Arrays.fill(ck, (byte) 0);
    ck = next;
  }

  /** HKDF (§4.3) with the chaining key. */
  private byte[][] hkdf(byte[] inputKeyMaterial, int outputs) {
    byte[] tempKey = hmac(ck, inputKeyMaterial);
    byte[][] result = new byte[outputs][];
    byte[] previous = {};
    for (int i = 0; i < outputs; i++) {
      byte[] block = Arrays.copyOf(previous, previous.length + 1);
      block[previous.length] = (byte) (i + 1);
      previous = hmac(tempKey, block);
      result[i] = previous;
      Arrays.fill(block, (byte) 0);
    }
    Arrays.fill(tempKey, (byte) 0);
    return result;
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("every Java has HmacSHA256", absent);
    }
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }
}
