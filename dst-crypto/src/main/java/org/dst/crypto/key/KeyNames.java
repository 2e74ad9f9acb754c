package org.dst.crypto.key;

import java.util.regex.Pattern;

/** The syntax of key names: they need no quoting in rules, lists and file names. */
public final class KeyNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

  private KeyNames() {}

  /** Whether this is a valid key name. */
  public static boolean isUsable(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Returns the name if it is valid.
   *
   * @throws IllegalArgumentException if it is not; the message gives the syntax
   */
  public static String require(String name) {
    if (!isUsable(name)) {
      throw new IllegalArgumentException(
          "'%s' is not a valid key name (expected: 1 to 64 letters, digits, '.', '_', '@' or '-')"
              .formatted(name));
    }
    return name;
  }
}
