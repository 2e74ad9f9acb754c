package org.dst.system.tamper;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** The kinds of damage to a range of bytes. */
enum Damage {
  /** A bit of each byte is inverted. */
  FLIP,
  /** It is left out. */
  DROP,
  /** It comes twice. */
  DUPLICATE,
  /** Its second half comes before its first. */
  REORDER,
  /** It and everything behind it is left out, for good. */
  TRUNCATE,
  /** Other bytes come before it. */
  INJECT;

  /** Does it to a random range: one byte, a few, or any number. Something is always changed. */
  byte[] to(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length);
    int most = bytes.length - from;
    int[] scales = {1, 16, most};
    int to = from + 1 + random.nextInt(Math.min(most, scales[random.nextInt(scales.length)]));
    byte[] before = Arrays.copyOf(bytes, from);
    byte[] range = Arrays.copyOfRange(bytes, from, to);
    byte[] after = Arrays.copyOfRange(bytes, to, bytes.length);
    return switch (this) {
      case FLIP -> concat(before, flipped(range, random), after);
      case DROP -> concat(before, after);
      case DUPLICATE -> concat(before, range, range, after);
      case REORDER -> concat(before, reordered(range, random), after);
      case TRUNCATE -> before;
      case INJECT -> {
        byte[] other = new byte[range.length];
        random.nextBytes(other);
        yield concat(before, other, range, after);
      }
    };
  }

  /** All of them, one after the other. */
  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] flipped(byte[] range, Random random) {
    byte[] flipped = range.clone();
    for (int i = 0; i < flipped.length; i++) {
      flipped[i] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] reordered(byte[] range, Random random) {
    int middle = range.length / 2;
    byte[] reordered =
        concat(Arrays.copyOfRange(range, middle, range.length), Arrays.copyOf(range, middle));
    return Arrays.equals(reordered, range) ? flipped(range, random) : reordered;
  }

  /** Whether what comes is the genuine bytes all the same, with more behind them. */
  static boolean isNone(byte[] damaged, byte[] next, byte[] genuine) {
    byte[] came = concat(damaged, next);
    return came.length >= genuine.length
        && Arrays.equals(came, 0, genuine.length, genuine, 0, genuine.length);
  }

  /** Any of them. */
  static byte[] any(byte[] bytes, Random random) {
    return values()[random.nextInt(values().length)].to(bytes, random);
  }
}
