package org.dst.system.tamper;

import java.io.IOException;
import java.util.Random;
import org.dst.system.harness.FaultProxy.Direction;

/**
 * Damages one range of bytes in one direction, once. In the transaction phase the range may cross
 * the boundary of two records.
 */
final class ByteTamper implements Tamper {
  private final Damage damage;
  private final Direction direction;
  private final int unit;
  private final Random random;
  private byte[] held;
  private volatile boolean spent;

  /** Damages a range of that unit that follows from the seed. */
  ByteTamper(Damage damage, Direction direction, int unit, long seed) {
    this.damage = damage;
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
      byte[] genuine = unit == last ? came.bytes() : Damage.concat(held, came.bytes());
      wire.forward(damage.to(genuine, random));
      if (damage == Damage.TRUNCATE) {
        wire.end();
      }
    }
  }

  @Override
  public String toString() {
    return "%s of unit %d %s".formatted(damage, unit, direction);
  }
}
