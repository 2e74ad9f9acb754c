package org.dst.server.access;

import java.util.Base64;
import java.util.HexFormat;

/** The canonical form in which public keys are compared: 32 bytes in base64, 44 characters. */
public final class PublicKeys {
  private static final int BYTES = 32;

  private PublicKeys() {}

  /** The canonical form of a key's bytes. */
  public static String format(byte[] key) {
    if (key.length != BYTES) {
      throw new IllegalArgumentException(
          "public key of %d bytes (expected: %d)".formatted(key.length, BYTES));
    }
    return Base64.getEncoder().encodeToString(key);
  }

  /**
   * Parses a key in base64, with or without its last {@code =}, or as 64 hexadecimal digits.
   *
   * @throws IllegalArgumentException if it is not a key
   */
  public static String parse(String text) {
    try {
      boolean hex = text.length() == 2 * BYTES;
      return format(hex ? HexFormat.of().parseHex(text) : Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "'%s' is no public key (expected: 44 characters of base64 or 64 hexadecimal digits)"
              .formatted(text));
    }
  }
}
