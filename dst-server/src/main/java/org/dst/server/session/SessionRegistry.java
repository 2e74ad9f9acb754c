package org.dst.server.session;

import java.time.InstantSource;
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
import org.dst.server.lane.ServerCounter;

/**
 * The sessions of one export: admits new ones as {@link LeaseManager} decides, binds links to
 * lanes, and has {@link LinkFencing} fence the links that have to give way. Pure and
 * single-threaded: owned by the export's home event loop.
 *
 * <p>A link of a higher generation fences the lane's older link, and a session that replaces
 * another waits for it: in both cases the attach is answered only when nothing of the old one runs
 * in the store any more. A lease is durable before its attach is answered.
 */
public final class SessionRegistry {
  /** Sessions without links to remember, so that a resend after an outage is recognised. */
  private static final int REMEMBERED = 64;

  private static final String REVOKED = "the right to this access to the export was revoked";

  private final AttachPolicy policy;
  private final LeaseManager lease;
  private final Counters<ServerCounter> counters;
  private final Map<UUID, ServerSession> sessions = new LinkedHashMap<>();
  private final AttachedLinks links = new AttachedLinks();
  private final LinkFencing fencing;

  /**
   * The last writer whose lease could not be saved; I/O of its predecessor may still be running.
   */
  private ServerSession unsavedWriter;

  /**
   * A registry without sessions.
   *
   * @param lease as it was last saved
   */
  public SessionRegistry(
      AttachPolicy policy, InstantSource clock, Lease lease, Counters<ServerCounter> counters) {
    this.policy = policy;
    this.lease = new LeaseManager(policy, clock, lease);
    this.counters = counters;
    fencing = new LinkFencing(counters);
  }

  /** The lease as it is now. */
  public Lease lease() {
    return lease.current();
  }

  /** A link asks for a lane. The link is granted the lane or refused, now or later. */
  public void attach(Attach attach, LinkHandle link) {
    AttachObjection objection = AttachObjection.objection(attach, link.peer(), policy);
    if (objection != null) {
      refuse(link, objection.code(), objection.text());
      return;
    }
    ServerSession session = sessions.get(attach.session());
    if (session == null) {
      session = admit(attach, link);
    } else if (!fits(session, attach, link)) {
      return;
    }
    if (session != null) {
      attachLane(session, attach, link);
    }
  }

  private void refuse(LinkHandle link, LeaseDecision.Refuse refusal) {
    if (refusal.conflict()) {
      counters.count(ServerCounter.LEASE_REFUSALS);
    }
    refuse(link, refusal.code(), refusal.text());
  }

  private void refuse(LinkHandle link, RefusalCode code, String text) {
    counters.count(ServerCounter.REFUSALS);
    // Both follow the check of the peer's right, so no stranger learns the identity.
    boolean tellStore = code == RefusalCode.BUSY || code == RefusalCode.IDENTITY;
    link.refused(code, text, tellStore ? policy.identity() : null);
  }

  /** Whether an attach describes the session that it names; if not, the link is refused. */
  private boolean fits(ServerSession session, Attach attach, LinkHandle link) {
    if (!session.isBoundTo(link.peer())) {
      refuse(link, RefusalCode.NOT_ALLOWED, LeaseManager.ANOTHER_KEY);
    } else if (!session.matches(attach)) {
      refuse(link, RefusalCode.INVALID, "the session has other lanes or another access");
    } else if (attach.leaseEpoch() != 0 && attach.leaseEpoch() != session.leaseEpoch()) {
      refuse(link, lease.refuseStale(attach));
    } else {
      return true;
    }
    return false;
  }

  private void attachLane(ServerSession session, Attach attach, LinkHandle link) {
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
      refuse(slot.candidate, RefusalCode.STALE, "a newer link of the same lane has attached");
    }
    slot.candidate = link;
    fencing.fenceOlderLink(slot);
    grantIfIdle(session, slot);
  }

  /** Creates a session for a client that has none here, or refuses the link and returns null. */
  private ServerSession admit(Attach attach, LinkHandle link) {
    return switch (lease.decide(attach, link.peer())) {
      case LeaseDecision.Refuse refusal -> {
        refuse(link, refusal);
        yield null;
      }
      case LeaseDecision.Admit(long epoch) -> {
        if (attach.access() == Access.SHARED && mayFormerWriterRun()) {
          refuse(link, RefusalCode.BUSY, "I/O of a former lease holder is still running");
          yield null;
        }
        yield newSession(attach, link, epoch);
      }
      case LeaseDecision.PassLease() -> {
        if (hasSharedLinks()) {
          refuse(link, RefusalCode.BUSY, "export '%s' is in shared use".formatted(attach.export()));
          yield null;
        }
        yield passLease(attach, link);
      }
    };
  }

  private boolean mayFormerWriterRun() {
    return unsavedWriter != null && !unsavedWriter.mayBeGranted();
  }

  private ServerSession passLease(Attach attach, LinkHandle link) {
    List<ServerSession> former = new ArrayList<>();
    for (ServerSession other : sessions.values()) {
      if (other.access() == Access.READ_WRITE) {
        former.add(other);
      }
    }
    sessions.values().removeIf(other -> other.access() == Access.SHARED); // or it could come back
    lease.passTo(attach, link.peer());
    counters.count(ServerCounter.LEASES);
    ServerSession session = newSession(attach, link, lease.current().epoch());
    former.forEach(old -> replaceSession(old, session));
    if (unsavedWriter != null) {
      unsavedWriter.replacedBy(session);
      unsavedWriter = null;
    }
    session.await(1);
    lease.makeDurable(failure -> leaseSaved(session, failure));
    return session;
  }

  private void leaseSaved(ServerSession session, String failure) {
    if (failure != null) {
      withdraw(session, failure);
    }
    predecessorIdle(session);
  }

  private void withdraw(ServerSession session, String failure) {
    if (sessions.remove(session.id(), session)) {
      unsavedWriter = session;
    }
    if (lease.current().epoch() == session.leaseEpoch()) {
      lease.release();
    }
    for (ServerSession.LaneSlot slot : session.slots()) {
      if (slot.candidate != null) {
        refuse(slot.candidate, RefusalCode.UNAVAILABLE, "the lease cannot be saved: " + failure);
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

  /** Ends a session. Its successor is granted nothing until the old session's I/O has ended. */
  private void replaceSession(ServerSession old, ServerSession successor) {
    sessions.remove(old.id());
    old.replacedBy(successor);
    for (ServerSession.LaneSlot slot : old.slots()) {
      if (slot.candidate != null) {
        refuse(slot.candidate, RefusalCode.DEPOSED, LinkFencing.TAKEN_OVER);
        slot.candidate = null;
      }
    }
    fencing.fenceReplacedSession(old, successor, () -> predecessorIdle(successor));
  }

  /**
   * One thing that a session was waiting for has ended. Counts for the sessions that have replaced
   * it since as well.
   */
  private void predecessorIdle(ServerSession awaiting) {
    for (ServerSession next = awaiting; next != null; next = next.successor()) {
      next.awaitedEnded();
      grantIdleLanes(next);
    }
  }

  /**
   * A sync has failed: fences every link whose client knows an older verifier, so that it attaches
   * again.
   *
   * @param current the store's verifier now
   */
  public void fenceAfterFailedSync(UUID current) {
    fencing.fenceAfterFailedSync(current, sessions.values());
  }

  /**
   * {@link AttachPolicy#rightOf} has changed: fences the links whose peers have lost the right that
   * their session needs. Their sessions and lease stay: a peer that regains the right carries on,
   * and until then nobody else gets the lease without a take-over.
   *
   * @param ended called on the registry's thread once nothing of those links runs in the store
   */
  public void fenceRevokedLinks(Runnable ended) {
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
    counters.add(ServerCounter.REVOKED_LINKS, links.fenceUnless(permission, REVOKED, ended));
  }

  /** The export was resized: every link that serves a lane tells its client. */
  public void resized() {
    links.forEach(LinkHandle::resized);
  }

  /** The store's freshness has durably increased: every attached link tells its client. */
  public void freshened() {
    links.forEach(LinkHandle::freshened);
  }

  /** A link that had been granted a lane is closed, and nothing of the lane runs any more. */
  public void linkClosed(UUID sessionId, int lane, LinkHandle link) {
    links.remove(link);
    ServerSession session = sessions.get(sessionId);
    if (session == null) {
      return;
    }
    if (session.hasLane(lane) && session.slots()[lane].link == link) {
      session.slots()[lane].link = null;
      grantIfIdle(session, session.slots()[lane]);
    }
    forgetOldest();
  }

  /** A link that was still waiting to be granted a lane is closed. */
  public void candidateClosed(UUID sessionId, int lane, LinkHandle link) {
    ServerSession session = sessions.get(sessionId);
    if (session != null && session.hasLane(lane) && session.slots()[lane].candidate == link) {
      session.slots()[lane].candidate = null;
    }
  }

  /**
   * The client detaches a lane, and nothing of it runs any more. With its last lane the session is
   * forgotten and its lease released.
   *
   * @param detached called on the registry's thread when that is durable
   */
  public void detach(UUID sessionId, int lane, LinkHandle link, Runnable detached) {
    ServerSession session = sessions.get(sessionId);
    if (session == null || !session.hasLane(lane) || session.slots()[lane].link != link) {
      detached.run();
      return;
    }
    ServerSession.LaneSlot slot = session.slots()[lane];
    slot.link = null;
    if (session.hasLinks()) {
      grantIfIdle(session, slot);
      detached.run();
      return;
    }
    sessions.remove(sessionId);
    if (!session.holds(lease.current())) {
      detached.run();
      return;
    }
    lease.release();
    lease.makeDurable(failure -> detached.run());
  }

  private void grantIdleLanes(ServerSession session) {
    for (ServerSession.LaneSlot slot : session.slots()) {
      grantIfIdle(session, slot);
    }
  }

  private void grantIfIdle(ServerSession session, ServerSession.LaneSlot slot) {
    boolean current = sessions.get(session.id()) == session;
    if (current && slot.link == null && slot.candidate != null && session.mayBeGranted()) {
      slot.link = slot.candidate;
      slot.candidate = null;
      counters.count(ServerCounter.ATTACHES);
      Attached answer = policy.answer(session.access(), session.leaseEpoch());
      slot.told = answer.verifier();
      links.add(slot.link, session.access());
      slot.link.granted(slot.lane, answer);
    }
  }

  /** Keeps the lease holder: its windows know which changes a resend must not repeat. */
  private void forgetOldest() {
    int linkless = (int) sessions.values().stream().filter(s -> !s.hasLinks()).count();
    Iterator<ServerSession> oldest = sessions.values().iterator();
    while (linkless > REMEMBERED && oldest.hasNext()) {
      ServerSession session = oldest.next();
      boolean idle = !session.hasLinks() && session.mayBeGranted();
      if (idle && !session.holds(lease.current())) {
        oldest.remove();
        linkless--;
      }
    }
  }
}
