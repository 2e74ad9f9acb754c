package org.dst.system.tamper;

import java.io.IOException;
import java.util.List;
import org.dst.system.harness.FaultProxy.Direction;

/**
 * Drops, repeats or moves one whole record of one direction, once; the record itself stays genuine.
 */
final class RecordTamper implements Tamper {
  private final Kind kind;
  private final Direction direction;
  private final int unit;
  private final List<byte[]> former;
  private byte[] held;
  private volatile boolean spent;

  /** What happens to the record. */
  enum Kind {
    /** It is left out. */
    DROP,
    /** It comes twice. */
    REPEAT,
    /** It comes after its successor. */
    SWAP,
    /** Its sender gets it, too. */
    REFLECT,
    /** The one with its number comes instead of it, from a link that was before. */
    EXCHANGE
  }

  /**
   * Does something to that record.
   *
   * @param former what was sent in that direction on an earlier link, by unit
   */
  RecordTamper(Kind kind, Direction direction, int unit, List<byte[]> former) {
    this.kind = kind;
    this.direction = direction;
    this.unit = unit;
    this.former = former;
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
    if (came.direction() != direction) {
      wire.forward(came.bytes());
    } else if (came.index() == unit) {
      alter(came.bytes(), wire);
    } else {
      wire.forward(came.bytes());
      if (held != null) {
        wire.forward(held);
        held = null;
        spent = true;
      }
    }
  }

  private void alter(byte[] bytes, Wire wire) throws IOException {
    switch (kind) {
      case DROP -> {}
      case REPEAT -> {
        wire.forward(bytes);
        wire.forward(bytes);
      }
      case SWAP -> held = bytes;
      case REFLECT -> {
        wire.forward(bytes);
        wire.back(bytes);
      }
      case EXCHANGE -> wire.forward(former.get(unit));
    }
    spent = kind != Kind.SWAP;
  }

  @Override
  public String toString() {
    return "%s of record %d %s".formatted(kind, unit, direction);
  }
}
