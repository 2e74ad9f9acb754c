package org.dst.server.store.open;

import java.util.Locale;

/** Formats and parses sizes: {@code 512}, {@code 64K}, {@code 2T}, but not {@code 1.5G}. */
public final class SizeFormat {
  private static final String UNITS = "KMGTP";

  private SizeFormat() {}

  /**
   * Bytes, from digits and perhaps one of K, M, G, T, P, each 1024 times the one before.
   *
   * @throws IllegalArgumentException with a message for the operator, if it is none or above 2^63 -
   *     1
   */
  public static long parse(String text) {
    String upper = text.strip().toUpperCase(Locale.ROOT);
    int unit = upper.isEmpty() ? -1 : UNITS.indexOf(upper.charAt(upper.length() - 1));
    String digits = unit < 0 ? upper : upper.substring(0, upper.length() - 1);
    try {
      if (!digits.matches("[0-9]+")) {
        throw new NumberFormatException("not digits");
      }
      return Math.multiplyExact(Long.parseLong(digits), 1L << 10 * (unit + 1));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "size \"" + text + "\" (expected: a number of bytes, or one with K, M, G, T or P)", e);
    }
  }

  /** The same the other way round: the largest unit that leaves no remainder. */
  public static String format(long bytes) {
    int unit = 0;
    long rest = bytes;
    while (unit < UNITS.length() && rest != 0 && rest % 1024 == 0) {
      rest /= 1024;
      unit++;
    }
    return unit == 0 ? Long.toString(rest) : rest + UNITS.substring(unit - 1, unit);
  }
}
