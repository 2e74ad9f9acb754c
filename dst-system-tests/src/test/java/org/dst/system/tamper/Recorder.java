package org.dst.system.tamper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.FaultProxy.Direction;

/** Forwards everything unchanged and records it. */
final class Recorder implements Tamper {
  private final List<byte[]> toServer = new ArrayList<>();
  private final List<byte[]> toClient = new ArrayList<>();

  @Override
  public void take(Unit unit, Wire wire) throws IOException {
    List<byte[]> kept = kept(unit.direction());
    synchronized (kept) {
      kept.add(unit.bytes());
    }
    wire.forward(unit.bytes());
  }

  private List<byte[]> kept(Direction direction) {
    return direction == Direction.TO_SERVER ? toServer : toClient;
  }

  /** What was sent in that direction so far. */
  List<byte[]> units(Direction direction) {
    List<byte[]> kept = kept(direction);
    synchronized (kept) {
      return List.copyOf(kept);
    }
  }
}
