package org.dst.system.tamper;

import java.io.IOException;
import org.dst.system.harness.FaultProxy.Direction;

/**
 * What happens to the traffic of a connection. Called by one thread per direction, so shared state
 * must be thread-safe.
 */
interface Tamper {
  /** The unit of a direction that is its opening. */
  int OPENING = 0;

  /** The unit that is its message of the handshake. */
  int HANDSHAKE = 1;

  /** The unit that is the attach, or the answer to it; transactions follow. */
  int ATTACH = 2;

  /** The first unit that is a transaction's, if nobody pings. */
  int TRANSACTIONS = 3;

  /** Nothing becomes of it. */
  Tamper NONE = (unit, wire) -> wire.forward(unit.bytes());

  /** Decides about what came. */
  void take(Unit unit, Wire wire) throws IOException;

  /** Whether it has done what it is for; if not, the next connection gets it too. */
  default boolean isSpent() {
    return true;
  }

  /**
   * A piece of the traffic as its sender made it: an opening, a message of the handshake, a record.
   *
   * @param direction in which it goes
   * @param index counts the units of its direction, from 0 up
   * @param bytes all of it
   */
  record Unit(Direction direction, int index, byte[] bytes) {}

  /** What may be done with a connection, seen from one direction. */
  interface Wire {
    /** Passes bytes on. */
    void forward(byte[] bytes) throws IOException;

    /** Sends bytes to the one who has sent the unit. */
    void back(byte[] bytes) throws IOException;

    /** Ends the direction: the receiver hears nothing more but the end. */
    void end() throws IOException;
  }
}
