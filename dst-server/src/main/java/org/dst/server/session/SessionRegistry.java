package org.dst.server.session;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.access.AccessRight;
import org.dst.server.access.Peer;

/**
 * Decides who may attach to an export, and in which order old links give way to new ones. Pure and
 * single-threaded: owned by the export's home event loop.
 *
 * <p>A link of a higher generation fences the lane's older link, and a session that follows another
 * waits for it: in both cases the attach is answered only when nothing of the old one runs in the
 * store any more. A lease is durable before its attach is answered.
 */
public final class SessionRegistry {
  /** Sessions without links that are remembered, so that a resend after an outage is recognised. */
  private static final int REMEMBERED = 64;

  private static final String ANOTHER_KEY = "the session was made with another key";
  private static final String REVOKED = "the right to use the export in this way was taken away";

  private final AttachPolicy policy;
  private final InstantSource clock;
  private final Counters<ServerCounter> counters;
  private final Map<UUID, ServerSession> sessions = new LinkedHashMap<>();
  private final AttachedLinks granted = new AttachedLinks();
  private Lease lease;
  private UUID lastFailure;

  /** The last writer that was not admitted; something of the one before it may still run. */
  private ServerSession withdrawn;

  /** What an export offers; asked on the registry's thread. */
  public interface AttachPolicy {
    /** The most that the export gives to anybody. */
    Access mostAccess();

    /** What the export's rules give to a peer. */
    AccessRight rightOf(Peer peer);

    /** Lanes that one session may have. */
    int maxLanes();

    /** The identity of the store. */
    UUID identity();

    /** How fresh the store is: a number that is durable, and never goes back by itself. */
    long freshness();

    /** A new lane for a session with that access. */
    ServerLane newLane(Access access);

    /** The answer to a granted attach. */
    Attached answer(Access access, long leaseEpoch);

    /**
     * Makes a lease durable.
     *
     * @param saved called on the registry's thread when it is; null if it could not be, the text
     *     saying why
     */
    void save(Lease lease, SaveOutcome saved);
  }

  /** How saving a lease ended. */
  public interface SaveOutcome {
    /**
     * Called on the registry's thread.
     *
     * @param failure why the lease is not durable; null if it is
     */
    void ended(String failure);
  }

  /**
   * A registry without sessions.
   *
   * @param lease as it was kept
   */
  public SessionRegistry(
      AttachPolicy policy, InstantSource clock, Lease lease, Counters<ServerCounter> counters) {
    this.policy = policy;
    this.clock = clock;
    this.lease = lease;
    this.counters = counters;
  }

  /** The lease as it is now. */
  public Lease lease() {
    return lease;
  }

  /** A link asks for a lane. It is granted or refused, now or later. */
  public void attach(Attach attach, LinkHandle link) {
    AttachValidator objection = AttachValidator.objection(attach, link.peer(), policy);
    if (objection == null) {
      slot(attach, link);
    } else {
      refuse(link, objection.code(), objection.text());
    }
  }

  private void refuse(LinkHandle link, RefusalCode code, String text) {
    counters.count(ServerCounter.REFUSALS);
    // Both come after the check of the peer's right, so no stranger learns the identity.
    boolean tellStore = code == RefusalCode.BUSY || code == RefusalCode.IDENTITY;
    link.refused(code, text, tellStore ? policy.identity() : null);
  }

  private void slot(Attach attach, LinkHandle link) {
    ServerSession session = sessions.get(attach.session());
    if (session == null) {
      session = admit(attach, link);
      if (session == null) {
        return;
      }
    } else if (!session.isBoundTo(link.peer())) {
      refuse(link, RefusalCode.NOT_ALLOWED, ANOTHER_KEY);
      return;
    } else if (!session.matches(attach)) {
      refuse(link, RefusalCode.INVALID, "the session has other lanes or another access");
      return;
    } else if (attach.leaseEpoch() != 0 && attach.leaseEpoch() != session.leaseEpoch()) {
      refuseStale(attach, link);
      return;
    }
    ServerSession.LaneSlot slot = session.slots()[attach.lane()];
    if (attach.generation() <= slot.generation) {
      refuse(
          link,
          RefusalCode.STALE,
          "link generation %d (expected: > %d)".formatted(attach.generation(), slot.generation));
      return;
    }
    slot.generation = attach.generation();
    if (slot.candidate != null) {
      refuse(slot.candidate, RefusalCode.STALE, "a newer link of the same lane came");
    }
    slot.candidate = link;
    if (slot.link != null) {
      counters.count(ServerCounter.FENCED_LINKS);
      slot.link.fence("a newer link of the same lane attaches", () -> {});
    }
    settle(session, slot);
  }

  /** Makes a session for a client that has none here, or refuses the link and returns null. */
  private ServerSession admit(Attach attach, LinkHandle link) {
    if (lease.isHeldWithAnotherKey(attach.session(), link.peer())) {
      refuse(link, RefusalCode.NOT_ALLOWED, ANOTHER_KEY);
      return null;
    }
    return switch (attach.access()) {
      case READ_ONLY -> newSession(attach, link, 0);
      case SHARED -> admitShared(attach, link);
      case READ_WRITE -> admitWriter(attach, link);
    };
  }

  private ServerSession admitShared(Attach attach, LinkHandle link) {
    if (lease.isHeld()) {
      counters.count(ServerCounter.LEASE_REFUSALS);
      refuse(link, RefusalCode.BUSY, describeHolder(attach));
      return null;
    }
    if (withdrawn != null && !withdrawn.mayBeGranted()) {
      refuse(link, RefusalCode.BUSY, "the I/O of a former holder has not ended");
      return null;
    }
    return newSession(attach, link, 0);
  }

  private ServerSession admitWriter(Attach attach, LinkHandle link) {
    boolean holder = lease.isHeldBy(attach.session(), link.peer());
    if (attach.leaseEpoch() != 0) {
      if (!holder || attach.leaseEpoch() != lease.epoch()) {
        refuseStale(attach, link);
        return null;
      }
      return newSession(attach, link, lease.epoch());
    }
    if (holder) {
      return newSession(attach, link, lease.epoch());
    }
    boolean inherits = lease.isHeldBy(attach.predecessor(), link.peer());
    if (!attach.takeOver() && lease.isHeldWithAnotherKey(attach.predecessor(), link.peer())) {
      refuse(
          link,
          RefusalCode.NOT_ALLOWED,
          "the session before was made with another key; --take-over puts it out");
      return null;
    }
    if (lease.isHeld() && !inherits && !attach.takeOver()) {
      counters.count(ServerCounter.LEASE_REFUSALS);
      refuse(link, RefusalCode.BUSY, describeHolder(attach));
      return null;
    }
    if (hasSharedLinks()) {
      refuse(link, RefusalCode.BUSY, "export '%s' is in shared use".formatted(attach.export()));
      return null;
    }
    return passLease(attach, link);
  }

  private ServerSession passLease(Attach attach, LinkHandle link) {
    List<ServerSession> former = new ArrayList<>();
    for (ServerSession other : sessions.values()) {
      if (other.access() == Access.READ_WRITE) {
        former.add(other);
      }
    }
    sessions.values().removeIf(other -> other.access() == Access.SHARED); // or it could come back
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    lease = lease.passTo(attach.session(), link.peer(), attach.client(), now);
    counters.count(ServerCounter.LEASES);
    ServerSession session = newSession(attach, link, lease.epoch());
    former.forEach(old -> replace(old, session));
    if (withdrawn != null) {
      withdrawn.replacedBy(session);
      withdrawn = null;
    }
    session.await(1);
    policy.save(lease, failure -> leaseSaved(session, failure));
    return session;
  }

  private void leaseSaved(ServerSession session, String failure) {
    if (failure != null) {
      withdraw(session, failure);
    }
    arrived(session);
  }

  private void withdraw(ServerSession session, String failure) {
    if (sessions.remove(session.id(), session)) {
      withdrawn = session;
    }
    if (lease.epoch() == session.leaseEpoch()) {
      lease = lease.released();
    }
    for (ServerSession.LaneSlot slot : session.slots()) {
      if (slot.candidate != null) {
        refuse(slot.candidate, RefusalCode.UNAVAILABLE, "the lease cannot be kept: " + failure);
        slot.candidate = null;
      }
    }
  }

  private ServerSession newSession(Attach attach, LinkHandle link, long leaseEpoch) {
    ServerSession session =
        new ServerSession(attach, link.peer(), leaseEpoch, () -> policy.newLane(attach.access()));
    sessions.put(session.id(), session);
    return session;
  }

  private boolean hasSharedLinks() {
    return sessions.values().stream()
        .anyMatch(session -> session.access() == Access.SHARED && session.hasLinks());
  }

  private void refuseStale(Attach attach, LinkHandle link) {
    counters.count(ServerCounter.LEASE_REFUSALS);
    refuse(
        link,
        RefusalCode.DEPOSED,
        "lease %d of export '%s' has ended; lease %d was given to '%s' at %s"
            .formatted(
                attach.leaseEpoch(),
                attach.export(),
                lease.epoch(),
                lease.client(),
                lease.since()));
  }

  private String describeHolder(Attach attach) {
    return "export '%s' is in use by '%s' since %s; --take-over puts that client out"
        .formatted(attach.export(), lease.client(), lease.since());
  }

  /** Ends a session; its successor is granted nothing before its I/O has ended. */
  private void replace(ServerSession old, ServerSession successor) {
    sessions.remove(old.id());
    old.replacedBy(successor);
    for (ServerSession.LaneSlot slot : old.slots()) {
      if (slot.candidate != null) {
        refuse(slot.candidate, RefusalCode.DEPOSED, "another client has taken over the export");
        slot.candidate = null;
      }
      if (slot.link != null) {
        successor.await(1);
        counters.count(ServerCounter.FENCED_LINKS);
        slot.link.fence("another client has taken over the export", () -> arrived(successor));
      }
    }
  }

  /** Tells the session that waits for it, and those that have taken that one's place meanwhile. */
  private void arrived(ServerSession awaiting) {
    for (ServerSession next = awaiting; next != null; next = next.successor()) {
      next.arrived();
      settleAll(next);
    }
  }

  /**
   * A sync has failed: every client that knows an older verifier has to come back.
   *
   * @param current the store's verifier now
   */
  public void storeFailed(UUID current) {
    if (current.equals(lastFailure)) {
      return;
    }
    lastFailure = current;
    counters.count(ServerCounter.FAILED_SYNCS);
    for (ServerSession session : sessions.values()) {
      for (ServerSession.LaneSlot slot : session.slots()) {
        if (slot.link != null && !current.equals(slot.told)) {
          slot.link.fence("a sync of the store failed", () -> {});
        }
      }
    }
  }

  /**
   * The rules of {@link AttachPolicy#rightOf} have changed: links whose peers have lost what their
   * session needs are ended. Their sessions, and a lease that they have, stay: whoever gets the
   * right back goes on, and nobody else has it before without a take-over.
   *
   * @param ended called on the registry's thread once nothing of those links runs in the store
   */
  public void accessChanged(Runnable ended) {
    AttachedLinks.Permission permission = (peer, access) -> policy.rightOf(peer).covers(access);
    for (ServerSession session : sessions.values()) {
      for (ServerSession.LaneSlot slot : session.slots()) {
        LinkHandle waiting = slot.candidate;
        if (waiting != null && !permission.covers(waiting.peer(), session.access())) {
          slot.candidate = null;
          refuse(waiting, RefusalCode.NOT_ALLOWED, REVOKED);
        }
      }
    }
    counters.add(ServerCounter.REVOKED_LINKS, granted.endUnless(permission, REVOKED, ended));
  }

  /** The export has another size: every link that serves a lane tells its client. */
  public void resized() {
    granted.forEach(LinkHandle::resized);
  }

  /** The store is fresher, durably: every link that serves a lane tells its client. */
  public void freshened() {
    granted.forEach(LinkHandle::freshened);
  }

  /** A link that had been granted a lane is closed, and nothing of the lane runs any more. */
  public void gone(UUID sessionId, int lane, LinkHandle link) {
    granted.remove(link);
    ServerSession session = sessions.get(sessionId);
    if (session == null) {
      return;
    }
    if (session.hasLane(lane) && session.slots()[lane].link == link) {
      session.slots()[lane].link = null;
      settle(session, session.slots()[lane]);
    }
    forgetOldest();
  }

  /** A link that waited for its grant is closed. */
  public void withdrawn(UUID sessionId, int lane, LinkHandle link) {
    ServerSession session = sessions.get(sessionId);
    if (session != null && session.hasLane(lane) && session.slots()[lane].candidate == link) {
      session.slots()[lane].candidate = null;
    }
  }

  /**
   * The client leaves by this lane, and nothing of it runs any more. With its last lane the session
   * is forgotten and its lease given back.
   *
   * @param left called on the registry's thread when that is durable
   */
  public void leave(UUID sessionId, int lane, LinkHandle link, Runnable left) {
    ServerSession session = sessions.get(sessionId);
    if (session == null || !session.hasLane(lane) || session.slots()[lane].link != link) {
      left.run();
      return;
    }
    ServerSession.LaneSlot slot = session.slots()[lane];
    slot.link = null;
    if (session.hasLinks()) {
      settle(session, slot);
      left.run();
      return;
    }
    sessions.remove(sessionId);
    if (!session.holds(lease)) {
      left.run();
      return;
    }
    lease = lease.released();
    policy.save(lease, failure -> left.run());
  }

  private void settleAll(ServerSession session) {
    for (ServerSession.LaneSlot slot : session.slots()) {
      settle(session, slot);
    }
  }

  private void settle(ServerSession session, ServerSession.LaneSlot slot) {
    boolean current = sessions.get(session.id()) == session;
    if (current && slot.link == null && slot.candidate != null && session.mayBeGranted()) {
      slot.link = slot.candidate;
      slot.candidate = null;
      counters.count(ServerCounter.ATTACHES);
      Attached answer = policy.answer(session.access(), session.leaseEpoch());
      slot.told = answer.verifier();
      granted.add(slot.link, session.access());
      slot.link.granted(slot.lane, answer);
    }
  }

  /** The holder of the lease is kept: it has changes that a resend must not repeat. */
  private void forgetOldest() {
    int linkless = (int) sessions.values().stream().filter(s -> !s.hasLinks()).count();
    Iterator<ServerSession> oldest = sessions.values().iterator();
    while (linkless > REMEMBERED && oldest.hasNext()) {
      ServerSession session = oldest.next();
      boolean idle = !session.hasLinks() && session.mayBeGranted();
      if (idle && !session.holds(lease)) {
        oldest.remove();
        linkless--;
      }
    }
  }
}
