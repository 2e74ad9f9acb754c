package org.dst.crypto.key;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPrivateKeySpec;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;

/**
 * X25519 (RFC 7748) on raw 32-byte keys, using the JDK's implementation. A call takes about 0.1 ms,
 * so callers must limit how many an unauthenticated peer can trigger. Any thread.
 */
public final class X25519 {
  /** Length of a key and of a shared secret, in bytes. */
  public static final int LENGTH = 32;

  /** The SubjectPublicKeyInfo of RFC 8410, up to the raw key. */
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

  private static final byte[] BASE_POINT = basePoint();

  private X25519() {}

  private static byte[] basePoint() {
    byte[] nine = new byte[LENGTH];
    nine[0] = 9;
    return nine;
  }

  /** The public key of a private key. */
  static byte[] publicKey(byte[] privateKey) {
    try {
      return sharedSecret(privateKey, BASE_POINT);
    } catch (InvalidKeyException impossible) {
      throw new IllegalStateException("no multiple of the base point is zero", impossible);
    }
  }

  /**
   * Computes the shared secret of two keys.
   *
   * @throws InvalidKeyException if the public key has small order, which would make the secret zero
   *     for any private key (RFC 7748 §6.1); only an attacker sends such a key
   */
  public static byte[] sharedSecret(byte[] privateKey, byte[] publicKey)
      throws InvalidKeyException {
    byte[] secret;
    try {
      KeyFactory keys = KeyFactory.getInstance("X25519");
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(
          keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey)));
      agreement.doPhase(keys.generatePublic(new X509EncodedKeySpec(spki(publicKey))), true);
      secret = agreement.generateSecret();
    } catch (InvalidKeyException smallOrder) {
      throw smallOrder;
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("this Java has no X25519", absent);
    }
    if (MessageDigest.isEqual(secret, new byte[LENGTH])) {
      throw new InvalidKeyException("the shared secret is zero");
    }
    return secret;
  }

  private static byte[] spki(byte[] publicKey) {
    byte[] encoded = new byte[SPKI_PREFIX.length + LENGTH];
    System.arraycopy(SPKI_PREFIX, 0, encoded, 0, SPKI_PREFIX.length);
    System.arraycopy(publicKey, 0, encoded, SPKI_PREFIX.length, LENGTH);
    return encoded;
  }
}
