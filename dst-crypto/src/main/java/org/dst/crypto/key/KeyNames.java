package org.dst.crypto.key;

import java.util.regex.Pattern;

/** What keys may be called: names that need no quoting in rules, lists and file names. */
public final class KeyNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

  private KeyNames() {}

  /** Whether a key may be called so. */
  public static boolean isUsable(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * The name itself.
   *
   * @throws IllegalArgumentException if a key may not be called so; the message says what may be
   */
  public static String require(String name) {
    if (!isUsable(name)) {
      throw new IllegalArgumentException(
          "'%s' is no name of a key (expected: 1 to 64 letters, digits, '.', '_', '@' or '-')"
              .formatted(name));
    }
    return name;
  }
}
