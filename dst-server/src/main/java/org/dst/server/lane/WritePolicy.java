package org.dst.server.lane;

import org.dst.protocol.Opcode;

/**
 * How an export rewrites changes before they are carried out.
 *
 * @param writeThrough whether every change is made durable before it is acknowledged, with or
 *     without FUA
 * @param zeroes how writes of zeroes are carried out
 */
public record WritePolicy(boolean writeThrough, ZeroDetection zeroes) {
  /** Changes are carried out as requested. */
  public static final WritePolicy AS_ASKED = new WritePolicy(false, ZeroDetection.OFF);

  /** The same policy with write-through. */
  public WritePolicy withWriteThrough() {
    return new WritePolicy(true, zeroes);
  }

  /** Rewrites a change that was taken in. */
  void apply(LaneRequest change) {
    if (writeThrough) {
      change.makeDurable();
    }
    if (change.opcode() == Opcode.WRITE && zeroes.takes(change.data())) {
      change.becomeZeroes(zeroes == ZeroDetection.ON);
    }
  }
}
