package org.dst.cli.option;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses and formats sizes with binary units: 4096, 64k, 1G. */
public final class SizeConverter implements ITypeConverter<Long> {
  private static final String UNITS = "kmgtpe";

  @Override
  public Long convert(String text) {
    try {
      return parse(text);
    } catch (NumberFormatException notASize) {
      throw new TypeConversionException(
          "'%s' is not a size (expected: for example 4096, 64k or 1G)".formatted(text));
    }
  }

  private static long parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    int unit = lower.isEmpty() ? -1 : UNITS.indexOf(lower.charAt(lower.length() - 1));
    String digits = unit < 0 ? lower : lower.substring(0, lower.length() - 1);
    long number = Long.parseLong(digits);
    int shift = 10 * (unit + 1);
    if (number < 0 || number > Long.MAX_VALUE >> shift) {
      throw new NumberFormatException(text);
    }
    return number << shift;
  }

  /** Formats a size: 1.0 GiB. */
  public static String show(double bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length()) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? "%d B".formatted((long) bytes)
        : "%.1f %ciB".formatted(value, Character.toUpperCase(UNITS.charAt(unit - 1)));
  }
}
