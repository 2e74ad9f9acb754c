package org.dst.server.session;

import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.MalformedException;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.access.AccessRight;
import org.dst.server.access.Peer;

/**
 * Validates an attach apart from sessions and leases: whether it is well-formed, and whether the
 * peer has the right. A peer without any right learns nothing else.
 *
 * @param code the refusal
 * @param text for the client
 */
record AttachValidator(RefusalCode code, String text) {

  /** Why the attach is refused; null if it is not. */
  static AttachValidator objection(Attach attach, Peer peer, AttachPolicy policy) {
    AccessRight right = policy.rightOf(peer);
    if (right == AccessRight.NONE) {
      return notAllowed("export '%s' is not offered to %s", attach.export(), peer);
    }
    try {
      String invalid = findFault(attach, policy);
      if (invalid != null) {
        return new AttachValidator(RefusalCode.INVALID, invalid);
      }
      if (isStranger(attach, policy)) {
        return new AttachValidator(
            RefusalCode.IDENTITY,
            "export '%s' is store %s here, not %s"
                .formatted(attach.export(), policy.identity(), attach.pinnedIdentity()));
      }
      if (attach.knownFreshness() > policy.freshness()) { // before a lease could make it fresher
        return setBack(attach, policy);
      }
    } catch (MalformedException malformed) {
      return new AttachValidator(RefusalCode.INVALID, malformed.getMessage());
    }
    return accessObjection(attach, peer, right, policy.mostAccess());
  }

  private static AttachValidator setBack(Attach attach, AttachPolicy policy)
      throws MalformedException {
    return new AttachValidator(
        RefusalCode.STORE_ROLLED_BACK,
        ("export '%s' was set back to an earlier state, a snapshot or an old backup perhaps: its"
                + " freshness is %d, and this client has known %d; put the newer state back, or, to"
                + " go on with what is there, run 'dstd adopt %s' on the server")
            .formatted(
                attach.export(), policy.freshness(), attach.knownFreshness(), attach.export()));
  }

  private static AttachValidator accessObjection(
      Attach attach, Peer peer, AccessRight right, Access most) {
    Access wanted = attach.access();
    String export = attach.export();
    if (wanted.writable() && !most.writable()) {
      return notAllowed("export '%s' is read-only; attach with --read-only", export);
    }
    if (!right.covers(wanted)) {
      return notAllowed("export '%s' is read-only for %s; attach with --read-only", export, peer);
    }
    if (wanted == Access.SHARED && most != Access.SHARED) {
      return notAllowed("export '%s' does not allow shared access", export);
    }
    return null;
  }

  private static AttachValidator notAllowed(String format, Object... arguments) {
    return new AttachValidator(RefusalCode.NOT_ALLOWED, format.formatted(arguments));
  }

  private static boolean isStranger(Attach attach, AttachPolicy policy) throws MalformedException {
    UUID pinned = attach.pinnedIdentity();
    return pinned != null && !pinned.equals(policy.identity());
  }

  private static String findFault(Attach attach, AttachPolicy policy) {
    if (attach.lanes() < 1 || attach.lanes() > policy.maxLanes()) {
      return "%d lanes wanted (allowed: 1 to %d)".formatted(attach.lanes(), policy.maxLanes());
    }
    if (attach.lane() >= attach.lanes()) {
      return "lane %d of %d".formatted(attach.lane(), attach.lanes());
    }
    if (attach.session().equals(Attach.NO_SESSION)) {
      return "the session id is zero, which stands for none";
    }
    if (attach.generation() < 1) {
      return "link generation %d (expected: >= 1)".formatted(attach.generation());
    }
    int unknown = attach.extensions().firstUnknownCritical(Attach.PINNED_IDENTITY);
    return unknown < 0 ? null : "parameter 0x%04x is not supported".formatted(unknown);
  }
}
