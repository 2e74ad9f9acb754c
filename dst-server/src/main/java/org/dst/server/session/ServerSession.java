package org.dst.server.session;

import java.time.Instant;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attach;

/** One client's use of an export. Owned by the attach desk's thread; lanes by their links. */
final class ServerSession {
  private final UUID id;
  private final String client;
  private final Access access;
  private final Instant since;
  private final Seat[] seats;

  /** Lanes of earlier sessions in which something may still run; nothing is granted before. */
  private int awaited;

  private ServerSession successor;

  /** A lane with its present and its next link. */
  static final class Seat {
    final ServerLane lane;
    long generation;
    LinkHandle link;
    LinkHandle candidate;

    Seat(ServerLane lane) {
      this.lane = lane;
    }
  }

  ServerSession(Attach attach, Instant since, java.util.function.Supplier<ServerLane> lanes) {
    id = attach.session();
    client = attach.client();
    access = attach.access();
    this.since = since;
    seats = new Seat[attach.lanes()];
    for (int i = 0; i < seats.length; i++) {
      seats[i] = new Seat(lanes.get());
    }
  }

  UUID id() {
    return id;
  }

  Access access() {
    return access;
  }

  Seat[] seats() {
    return seats;
  }

  boolean matches(Attach attach) {
    return seats.length == attach.lanes() && access == attach.access();
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
    for (Seat seat : seats) {
      if (seat.link != null || seat.candidate != null) {
        return true;
      }
    }
    return false;
  }

  /** Who this is, for the client that is refused. */
  String describe() {
    LinkHandle any = null;
    for (Seat seat : seats) {
      any = seat.link != null ? seat.link : any;
    }
    return "'%s'%s since %s".formatted(client, any == null ? "" : " at " + any.peer(), since);
  }
}
