package org.dst.client.session;

import java.util.List;
import org.dst.client.link.ServerAddress;

/**
 * Chooses the server address to dial next: each in turn, but every other time the one that worked
 * last, so that addresses that do not answer cannot hold it up. Confined to the lane's event loop.
 */
final class AddressRotation {
  private final List<ServerAddress> servers;
  private int dials;
  private int turn;

  /** Where this lane or another one was attached last; null if nowhere yet. */
  private ServerAddress good;

  private boolean goodIsDue;

  /** Starts with the first address; there is at least one. */
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

  /** An address has proved to work: it is dialed next. */
  void reached(ServerAddress server) {
    good = server;
    goodIsDue = true;
  }

  /** Whether every address had the same number of turns, while none has worked yet. */
  boolean isRoundOver() {
    return dials % servers.size() == 0;
  }
}
