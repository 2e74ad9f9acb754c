package org.dst.server.session;

import java.util.UUID;
import java.util.function.Supplier;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attach;
import org.dst.server.access.Peer;

/** One client's use of an export. Owned by the session registry's thread; lanes by their links. */
final class ServerSession {
  private final UUID id;
  private final Peer founder;
  private final Access access;
  private final long leaseEpoch;
  private final LaneSlot[] slots;

  /** Lanes of earlier sessions in which something may still run; nothing is granted before. */
  private int awaited;

  private ServerSession successor;

  /** A lane with its present and its next link. */
  static final class LaneSlot {
    final ServerLane lane;
    long generation;
    LinkHandle link;
    LinkHandle candidate;

    /** The verifier that the present link was told. */
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

  /** Not every link that names the session has described it as it is. */
  boolean hasLane(int lane) {
    return lane < slots.length;
  }

  boolean matches(Attach attach) {
    return slots.length == attach.lanes() && access == attach.access();
  }

  /** Whether the peer has proved the key with which the session was made. */
  boolean isBoundTo(Peer peer) {
    return founder.binding().equals(peer.binding());
  }

  boolean holds(Lease lease) {
    return lease.isHeldBy(id, founder);
  }

  void await(int lanes) {
    awaited += lanes;
  }

  /** What this session still waits for, its successor waits for as well. */
  void replacedBy(ServerSession successor) {
    this.successor = successor;
    successor.await(awaited);
  }

  /** The session that has taken this one's place, or null. */
  ServerSession successor() {
    return successor;
  }

  void arrived() {
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
