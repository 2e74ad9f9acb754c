package org.dst.server.session;

import java.util.Collection;
import java.util.UUID;
import org.dst.protocol.count.Counters;
import org.dst.server.lane.ServerCounter;

/**
 * Fences the links that have to give way to a newer link, a new lease holder or a new verifier: a
 * fenced link is closed, and what it has not started never reaches the store. Owned by the session
 * registry's thread.
 */
final class LinkFencing {
  /** What a link is told whose session was replaced. */
  static final String TAKEN_OVER = "another client has taken over the export";

  private final Counters<ServerCounter> counters;

  /** The verifier that the last failed sync has left. */
  private UUID lastFailure;

  LinkFencing(Counters<ServerCounter> counters) {
    this.counters = counters;
  }

  /** A link of a higher generation wants the lane: fences the one that has it, if any. */
  void fenceOlderLink(ServerSession.LaneSlot slot) {
    if (slot.link != null) {
      counters.count(ServerCounter.FENCED_LINKS);
      slot.link.fence("a newer link of the same lane has attached", () -> {});
    }
  }

  /**
   * A session is replaced: fences its links, and has the successor wait for each of them.
   *
   * @param idle called for each link, on the registry's thread, once nothing of it runs in the
   *     store
   */
  void fenceReplacedSession(ServerSession old, ServerSession successor, Runnable idle) {
    for (ServerSession.LaneSlot slot : old.slots()) {
      if (slot.link != null) {
        successor.await(1);
        counters.count(ServerCounter.FENCED_LINKS);
        slot.link.fence(TAKEN_OVER, idle);
      }
    }
  }

  /**
   * A sync has failed: fences every link whose client knows an older verifier, so that it attaches
   * again. Once for each failure, however many requests report it.
   *
   * @param current the store's verifier now
   */
  void fenceAfterFailedSync(UUID current, Collection<ServerSession> sessions) {
    if (current.equals(lastFailure)) {
      return;
    }
    lastFailure = current;
    counters.count(ServerCounter.FAILED_SYNCS);
    for (ServerSession session : sessions) {
      for (ServerSession.LaneSlot slot : session.slots()) {
        if (slot.link != null && !current.equals(slot.told)) {
          slot.link.fence("a sync of the store failed", () -> {});
        }
      }
    }
  }
}
