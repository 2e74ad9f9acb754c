package org.dst.crypto.key;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** The public half of an X25519 key pair (RFC 7748): 32 bytes. Immutable. */
public final class PublicKey {
  /** Length of a public key, in bytes. */
  public static final int LENGTH = 32;

  private static final int FINGERPRINT_CHARS = 16;

  private final byte[] bytes;

  /**
   * Creates a key from 32 bytes.
   *
   * @throws IllegalArgumentException if the length is wrong
   */
  public PublicKey(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "public key of %d bytes (expected: %d)".formatted(bytes.length, LENGTH));
    }
    this.bytes = bytes.clone();
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * The fingerprint that people compare: the first 16 characters (96 bits) of the key's SHA-256 in
   * base64.
   */
  public String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getEncoder().encodeToString(digest).substring(0, FINGERPRINT_CHARS);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }

  /** The key in base64, as in key files. */
  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey key && MessageDigest.isEqual(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "public key " + fingerprint();
  }
}
