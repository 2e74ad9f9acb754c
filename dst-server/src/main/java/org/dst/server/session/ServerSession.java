package org.dst.server.session;

import java.util.UUID;
import java.util.function.Supplier;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attach;
import org.dst.server.access.Peer;
import org.dst.server.lane.ServerLane;

/**
 * One client's use of an export. Owned by the session registry's thread; each lane is owned by the
 * event loop of its link.
 */
final class ServerSession {
  private final UUID id;
  private final Peer founder;
  private final Access access;
  private final long leaseEpoch;
  private final LaneSlot[] slots;

  /**
   * Lanes of earlier sessions that may still run I/O, and the pending save of the lease. No lane is
   * granted until all have ended.
   */
  private int awaited;

  private ServerSession successor;

  /** A lane with its current link and the link that waits to replace it. */
  static final class LaneSlot {
    final ServerLane lane;
    long generation;
    LinkHandle link;
    LinkHandle candidate;

    /** The verifier that the current link was told. */
    UUID told;

    LaneSlot(ServerLane lane) {
      this.lane = lane;
    }
  }

  ServerSession(Attach attach, Peer founder, long leaseEpoch, Supplier<ServerLane> lanes) {
    id = attach.session();
    this.founder = founder;
    access = attach.access();
    this.leaseEpoch = leaseEpoch;
    slots = new LaneSlot[attach.lanes()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new LaneSlot(lanes.get());
    }
  }

  UUID id() {
    return id;
  }

  Access access() {
    return access;
  }

  /** The lease under which it writes; 0 without one. */
  long leaseEpoch() {
    return leaseEpoch;
  }

  LaneSlot[] slots() {
    return slots;
  }

  /** False for a lane of a link that misdescribed the session in its attach. */
  boolean hasLane(int lane) {
    return lane < slots.length;
  }

  boolean matches(Attach attach) {
    return slots.length == attach.lanes() && access == attach.access();
  }

  /** Whether the peer has proved the key that the session was created with. */
  boolean isBoundTo(Peer peer) {
    return founder.binding().equals(peer.binding());
  }

  boolean holds(Lease lease) {
    return lease.isHeldBy(id, founder);
  }

  void await(int lanes) {
    awaited += lanes;
  }

  /** The successor also waits for everything that this session still waits for. */
  void replacedBy(ServerSession successor) {
    this.successor = successor;
    successor.await(awaited);
  }

  /** The session that has replaced this one, or null. */
  ServerSession successor() {
    return successor;
  }

  /** One of the awaited things has ended. */
  void awaitedEnded() {
    awaited--;
  }

  boolean mayBeGranted() {
    return awaited == 0;
  }

  boolean hasLinks() {
    for (LaneSlot slot : slots) {
      if (slot.link != null || slot.candidate != null) {
        return true;
      }
    }
    return false;
  }
}
