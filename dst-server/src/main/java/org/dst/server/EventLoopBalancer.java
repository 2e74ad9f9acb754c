package org.dst.server;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Assigns links to event loops: the links of one address go to the loops in turn, so that the lanes
 * of a client are on different loops even if many clients attach at once, as they do when a server
 * comes back. Counting the links of each loop instead would be misled by dead links that are not
 * closed yet when their client reconnects. Any thread.
 */
final class EventLoopBalancer {
  private final int loops;
  private final Map<InetAddress, Turn> turns = new HashMap<>();
  private int first;

  /** The links of one address. */
  private static final class Turn {
    private int links;
    private int next;
  }

  /** A balancer of that many loops. */
  EventLoopBalancer(int loops) {
    this.loops = loops;
  }

  /** The loop for a new link; each address starts with a different loop. */
  synchronized int enter(InetAddress address) {
    Turn turn = turns.get(address);
    if (turn == null) {
      turn = new Turn();
      turn.next = first;
      first = (first + 1) % loops;
      turns.put(address, turn);
    }
    int loop = turn.next;
    turn.next = (loop + 1) % loops;
    turn.links++;
    return loop;
  }

  /** A link that {@link #enter} assigned is closed. */
  synchronized void leave(InetAddress address) {
    Turn turn = turns.get(address);
    turn.links--;
    if (turn.links == 0) {
      turns.remove(address);
    }
  }

  /** The number of addresses that have links. */
  synchronized int addresses() {
    return turns.size();
  }
}
