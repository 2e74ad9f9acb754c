package org.dst.system.tamper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.dst.system.harness.FaultProxy.Direction;

/**
 * Alters one range of bytes of one direction, once. Among transactions the range lies in two
 * records, so it may cross from one into the other.
 */
final class ByteTamper implements Tamper {
  private final Kind kind;
  private final Direction direction;
  private final int unit;
  private final Random random;
  private byte[] held;
  private volatile boolean spent;

  /** What happens to the range. */
  enum Kind {
    /** A bit of each byte is inverted. */
    FLIP,
    /** It is left out. */
    DROP,
    /** It comes twice. */
    DUPLICATE,
    /** Its second half comes before its first. */
    REORDER,
    /** It is where the direction ends. */
    TRUNCATE,
    /** Other bytes come before it. */
    INJECT
  }

  /** Alters a range of that unit that follows from the seed. */
  ByteTamper(Kind kind, Direction direction, int unit, long seed) {
    this.kind = kind;
    this.direction = direction;
    this.unit = unit;
    random = new Random(seed);
  }

  Direction direction() {
    return direction;
  }

  int unit() {
    return unit;
  }

  @Override
  public boolean isSpent() {
    return spent;
  }

  @Override
  public void take(Unit came, Wire wire) throws IOException {
    int last = unit < TRANSACTIONS ? unit : unit + 1;
    if (came.direction() != direction || came.index() < unit || came.index() > last) {
      wire.forward(came.bytes());
    } else if (came.index() < last) {
      held = came.bytes();
    } else {
      spent = true;
      alter(unit == last ? came.bytes() : concat(held, came.bytes()), wire);
    }
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private void alter(byte[] bytes, Wire wire) throws IOException {
    int from = random.nextInt(bytes.length);
    int most = bytes.length - from;
    int[] scales = {1, 16, most};
    int to = from + 1 + random.nextInt(Math.min(most, scales[random.nextInt(scales.length)]));
    byte[] before = Arrays.copyOf(bytes, from);
    byte[] range = Arrays.copyOfRange(bytes, from, to);
    byte[] after = Arrays.copyOfRange(bytes, to, bytes.length);
    switch (kind) {
      case FLIP -> wire.forward(concat(before, flipped(range), after));
      case DROP -> wire.forward(concat(before, after));
      case DUPLICATE -> wire.forward(concat(before, range, range, after));
      case REORDER -> wire.forward(concat(before, reordered(range), after));
      case TRUNCATE -> {
        wire.forward(before);
        wire.end();
      }
      case INJECT -> {
        byte[] other = new byte[range.length];
        random.nextBytes(other);
        wire.forward(concat(before, other, range, after));
      }
    }
  }

  private byte[] flipped(byte[] range) {
    byte[] flipped = range.clone();
    for (int i = 0; i < flipped.length; i++) {
      flipped[i] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private byte[] reordered(byte[] range) {
    int middle = range.length / 2;
    byte[] reordered =
        concat(Arrays.copyOfRange(range, middle, range.length), Arrays.copyOf(range, middle));
    return Arrays.equals(reordered, range) ? flipped(range) : reordered;
  }

  @Override
  public String toString() {
    return "%s of unit %d %s".formatted(kind, unit, direction);
  }
}
