package org.dst.crypto.key;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Bytes that nobody else may see. They never appear in {@link #toString}, and are overwritten when
 * they are no longer needed; the collector may have copied them before, which Java does not let us
 * prevent. Any thread may read; whoever destroys it must be the last one to use it.
 */
public final class Secret {
  /** Bytes of every key and secret of DST. */
  public static final int LENGTH = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;
  private volatile boolean destroyed;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A secret of these 32 bytes, which belong to it from here on.
   *
   * @throws IllegalArgumentException if it is another number of bytes
   */
  public static Secret of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "secret of %d bytes (expected: %d)".formatted(bytes.length, LENGTH));
    }
    return new Secret(bytes);
  }

  /** A new secret from the system's source of randomness. */
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

  /** A second secret with the same bytes, which is destroyed on its own. */
  public Secret copy() {
    return new Secret(bytes().clone());
  }

  /** Overwrites the bytes; may be called again. */
  public void destroy() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  /** Whether {@link #destroy} was called. */
  public boolean destroyed() {
    return destroyed;
  }

  /** Compares in a time that does not depend on the bytes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  /** The same for all, so that a hash table tells nothing about the bytes. */
  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  @Override
  public String toString() {
    return destroyed ? "secret (destroyed)" : "secret (32 bytes)";
  }
}
