package org.dst.client.session;

import java.util.List;
import org.dst.client.link.ServerAddress;

/**
 * Which of the addresses of a server is dialed next: each in turn, but the one that was good last
 * every other time, so that it is not kept waiting by those that do not answer. Event loop of its
 * lane only.
 */
final class AddressRotation {
  private final List<ServerAddress> servers;
  private int dials;
  private int turn;

  /** Where the last link was attached, by this lane or another one; null if nowhere yet. */
  private ServerAddress good;

  private boolean goodIsDue;

  /** Begins with the first address; there is at least one. */
  AddressRotation(List<ServerAddress> servers) {
    this.servers = servers;
  }

  /** The address for the next dial. */
  ServerAddress next() {
    dials++;
    if (goodIsDue) {
      goodIsDue = false;
      return good;
    }
    goodIsDue = good != null;
    ServerAddress next = servers.get(turn++ % servers.size());
    return next.equals(good) ? servers.get(turn++ % servers.size()) : next;
  }

  /** An address has turned out to work; it is the next. */
  void reached(ServerAddress server) {
    good = server;
    goodIsDue = true;
  }

  /** Whether every address had its turn as often as any other, as long as none was good. */
  boolean isRoundOver() {
    return dials % servers.size() == 0;
  }
}
