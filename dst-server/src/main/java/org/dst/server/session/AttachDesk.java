package org.dst.server.session;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.RefusalCode;

/**
 * Decides who may attach to an export, and in which order old links give way to new ones. Pure and
 * single-threaded: owned by the export's home event loop.
 *
 * <p>A link of a higher generation fences the lane's older link, and a session that follows another
 * waits for it: in both cases the attach is answered only when nothing of the old one runs in the
 * store any more (DESIGN: Fencing).
 */
public final class AttachDesk {
  /** Sessions without links that are remembered, so that a resend after an outage is recognised. */
  private static final int REMEMBERED = 64;

  private final Terms terms;
  private final InstantSource clock;
  private final Map<UUID, ServerSession> sessions = new LinkedHashMap<>();

  /** What an export offers; asked on the desk's thread. */
  public interface Terms {
    /** The most that the export gives to anybody. */
    Access mostAccess();

    /** Lanes that one session may have. */
    int maxLanes();

    /** A new lane for a session with that access. */
    ServerLane newLane(Access access);

    /** The answer to a granted attach. */
    Attached answer(Access access);
  }

  /** A desk without sessions. */
  public AttachDesk(Terms terms, InstantSource clock) {
    this.terms = terms;
    this.clock = clock;
  }

  /** A link asks for a lane. It is granted or refused, now or later. */
  public void attach(Attach attach, LinkHandle link) {
    String invalid = findFault(attach);
    if (invalid != null) {
      link.refused(RefusalCode.INVALID, invalid);
    } else if (attach.access().writable() && !terms.mostAccess().writable()) {
      link.refused(
          RefusalCode.NOT_ALLOWED,
          "export '%s' is read-only; attach with --read-only".formatted(attach.export()));
    } else if (attach.access() == Access.SHARED && terms.mostAccess() != Access.SHARED) {
      link.refused(
          RefusalCode.NOT_ALLOWED,
          "export '%s' does not allow shared access".formatted(attach.export()));
    } else if (!pinsThisStore(attach)) {
      link.refused(
          RefusalCode.IDENTITY,
          "export '%s' is another store than the one that the client has pinned"
              .formatted(attach.export()));
    } else {
      seat(attach, link);
    }
  }

  private boolean pinsThisStore(Attach attach) {
    byte[] pinned = attach.extensions().get(Attach.PINNED_IDENTITY);
    UUID own = terms.answer(attach.access()).identity();
    return pinned == null
        || Arrays.equals(
            pinned,
            ByteBuffer.allocate(16)
                .putLong(own.getMostSignificantBits())
                .putLong(own.getLeastSignificantBits())
                .array());
  }

  private String findFault(Attach attach) {
    if (attach.lanes() < 1 || attach.lanes() > terms.maxLanes()) {
      return "%d lanes wanted (allowed: 1 to %d)".formatted(attach.lanes(), terms.maxLanes());
    }
    if (attach.lane() >= attach.lanes()) {
      return "lane %d of %d".formatted(attach.lane(), attach.lanes());
    }
    if (attach.generation() < 1) {
      return "link generation %d (expected: >= 1)".formatted(attach.generation());
    }
    int unknown = attach.extensions().firstUnknownCritical(Attach.PINNED_IDENTITY);
    return unknown < 0 ? null : "parameter 0x%04x is not supported".formatted(unknown);
  }

  private void seat(Attach attach, LinkHandle link) {
    ServerSession session = sessions.get(attach.session());
    if (session == null) {
      session = admit(attach, link);
      if (session == null) {
        return;
      }
    } else if (!session.matches(attach)) {
      link.refused(RefusalCode.INVALID, "the session has other lanes or another access");
      return;
    }
    ServerSession.Seat seat = session.seats()[attach.lane()];
    if (attach.generation() <= seat.generation) {
      link.refused(
          RefusalCode.STALE,
          "link generation %d (expected: > %d)".formatted(attach.generation(), seat.generation));
      return;
    }
    seat.generation = attach.generation();
    if (seat.candidate != null) {
      seat.candidate.refused(RefusalCode.STALE, "a newer link of the same lane came");
    }
    seat.candidate = link;
    if (seat.link != null) {
      seat.link.fence("a newer link of the same lane attaches", () -> {});
    }
    settle(session, seat);
  }

  private ServerSession admit(Attach attach, LinkHandle link) {
    List<ServerSession> former = new ArrayList<>();
    boolean takeOver = attach.takeOver() && attach.leaseEpoch() == 0;
    if (attach.access() == Access.READ_WRITE) {
      for (ServerSession other : sessions.values()) {
        if (other.access() != Access.READ_WRITE) {
          continue;
        }
        if (other.hasLinks() && !takeOver) {
          link.refused(
              RefusalCode.BUSY,
              "export '%s' is in use by %s".formatted(attach.export(), other.describe()));
          return null;
        }
        former.add(other);
      }
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    ServerSession session = new ServerSession(attach, now, () -> terms.newLane(attach.access()));
    former.forEach(old -> replace(old, session));
    sessions.put(session.id(), session);
    return session;
  }

  /** Ends a session; its successor is granted nothing before its I/O has ended. */
  private void replace(ServerSession old, ServerSession successor) {
    sessions.remove(old.id());
    old.replacedBy(successor);
    for (ServerSession.Seat seat : old.seats()) {
      if (seat.candidate != null) {
        seat.candidate.refused(RefusalCode.BUSY, "another client has taken over the export");
        seat.candidate = null;
      }
      if (seat.link != null) {
        successor.await(1);
        seat.link.fence("another client has taken over the export", () -> oneLaneIdle(successor));
      }
    }
  }

  /** Tells the session that waits for it, and those that have taken that one's place meanwhile. */
  private void oneLaneIdle(ServerSession awaiting) {
    for (ServerSession next = awaiting; next != null; next = next.successor()) {
      next.arrived();
      settleAll(next);
    }
  }

  /** A link that had been granted a lane is closed, and nothing of the lane runs any more. */
  public void gone(UUID sessionId, int lane, LinkHandle link) {
    ServerSession session = sessions.get(sessionId);
    if (session == null) {
      return;
    }
    ServerSession.Seat seat = session.seats()[lane];
    if (seat.link == link) {
      seat.link = null;
      settle(session, seat);
    }
    forgetOldest();
  }

  /** A link that waited for its grant is closed. */
  public void withdrawn(UUID sessionId, int lane, LinkHandle link) {
    ServerSession session = sessions.get(sessionId);
    if (session != null && session.seats()[lane].candidate == link) {
      session.seats()[lane].candidate = null;
    }
  }

  /** The client has said that it leaves: what is remembered of its session goes too. */
  public void detached(UUID sessionId) {
    ServerSession session = sessions.get(sessionId);
    if (session != null && !session.hasLinks()) {
      sessions.remove(sessionId);
    }
  }

  private void settleAll(ServerSession session) {
    for (ServerSession.Seat seat : session.seats()) {
      settle(session, seat);
    }
  }

  private void settle(ServerSession session, ServerSession.Seat seat) {
    if (seat.link == null && seat.candidate != null && session.mayBeGranted()) {
      seat.link = seat.candidate;
      seat.candidate = null;
      seat.link.granted(seat.lane, terms.answer(session.access()));
    }
  }

  /** Readers first: they have no changes that a resend must not repeat. */
  private void forgetOldest() {
    int linkless = (int) sessions.values().stream().filter(s -> !s.hasLinks()).count();
    linkless = forgetOldest(linkless, s -> !s.access().writable());
    forgetOldest(linkless, s -> true);
  }

  private int forgetOldest(int linkless, Predicate<ServerSession> which) {
    int left = linkless;
    Iterator<ServerSession> oldest = sessions.values().iterator();
    while (left > REMEMBERED && oldest.hasNext()) {
      ServerSession session = oldest.next();
      if (!session.hasLinks() && session.mayBeGranted() && which.test(session)) {
        oldest.remove();
        left--;
      }
    }
    return left;
  }
}
