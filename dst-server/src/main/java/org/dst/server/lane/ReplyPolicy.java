package org.dst.server.lane;

import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.server.engine.StoreHandle;

/** Decides which outcomes a client is told, and which are remembered for a resend. */
final class ReplyPolicy {
  private ReplyPolicy() {}

  /**
   * Whether an outcome may be sent to the client. If not, the link is dropped; the client sees the
   * new verifier, resends what may be lost, and asks again. The result of a read counts only under
   * the verifier that the client knows, because pages that a failed sync dropped read as their old
   * contents; so does the success of a sync. The first failure of a sync is not sent, because a
   * retry may succeed.
   *
   * @param sameLifetime whether the store's verifier is still the one that the client knows
   */
  static boolean mayReply(
      StoreHandle store, LaneRequest request, Status status, boolean sameLifetime) {
    if (!request.isDurable()) {
      return sameLifetime || request.opcode().isChange();
    }
    if (status == Status.OK && sameLifetime) {
      store.health().confirmed();
    }
    return sameLifetime || status != Status.OK && store.health().surfaces();
  }

  /** Whether a resend is answered from the replay window. A resent flush need not sync again. */
  static boolean isRemembered(Opcode opcode) {
    return opcode.isChange() || opcode == Opcode.FLUSH;
  }
}
