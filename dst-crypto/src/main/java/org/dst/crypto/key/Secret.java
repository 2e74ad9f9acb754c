package org.dst.crypto.key;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Secret bytes that never appear in {@link #toString} and are overwritten when no longer needed.
 * (The garbage collector may have copied them before; Java offers no way to prevent that.) Any
 * thread may read; {@link #destroy} must come after the last use.
 */
public final class Secret {
  /** Length of every secret, in bytes. */
  public static final int LENGTH = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;
  private volatile boolean destroyed;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Creates a secret that takes ownership of 32 bytes.
   *
   * @throws IllegalArgumentException if the length is wrong
   */
  public static Secret of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "secret of %d bytes (expected: %d)".formatted(bytes.length, LENGTH));
    }
    return new Secret(bytes);
  }

  /** A new secret from the system's secure random source. */
  public static Secret random() {
    byte[] bytes = new byte[LENGTH];
    RANDOM.nextBytes(bytes);
    return new Secret(bytes);
  }

  /**
   * The bytes themselves, not a copy: they are zero after {@link #destroy}.
   *
   * @throws IllegalStateException if it was destroyed
   */
  public byte[] bytes() {
    if (destroyed) {
      throw new IllegalStateException("the secret was destroyed");
    }
    return bytes;
  }

  /** An independent copy, which must be destroyed separately. */
  public Secret copy() {
    return new Secret(bytes().clone());
  }

  /** Overwrites the bytes. Idempotent. */
  public void destroy() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  /** Whether {@link #destroy} was called. */
  public boolean destroyed() {
    return destroyed;
  }

  /** Compares in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  /** The same for all secrets, so that it reveals nothing about the bytes. */
  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  @Override
  public String toString() {
    return destroyed ? "secret (destroyed)" : "secret (32 bytes)";
  }
}
