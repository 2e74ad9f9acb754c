package org.dst.server;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Which event loop serves which link: those from one address take the loops in turn, so that the
 * lanes of a client are on different ones even if several clients attach at one moment, as they all
 * do when a server is back. Counting a loop's links instead would be misled by links that are dead
 * and not closed yet when a client comes back. Any thread.
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

  /** So many loops, without links. */
  EventLoopBalancer(int loops) {
    this.loops = loops;
  }

  /** The loop for a link that comes from an address; each address begins with another one. */
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

  /** A link that {@link #enter} has given a loop is closed. */
  synchronized void leave(InetAddress address) {
    Turn turn = turns.get(address);
    turn.links--;
    if (turn.links == 0) {
      turns.remove(address);
    }
  }

  /** How many addresses have links. */
  synchronized int addresses() {
    return turns.size();
  }
}
