package org.dst.client.state;

import java.util.List;
import java.util.UUID;

/**
 * What the state file says about a process that died.
 *
 * @param sessions its secret session ids, at least one: the one under which it held the export, and
 *     those under which an attach was in flight
 * @param identity of the store; null if no attach was granted
 * @param unflushed whether it had acknowledged changes that were not durable
 * @param verifier of the cache that holds them; null if lanes disagree or none has any
 */
public record Predecessor(List<UUID> sessions, UUID identity, boolean unflushed, UUID verifier) {
  /** Copies the ids. */
  public Predecessor {
    sessions = List.copyOf(sessions);
  }

  /** Reads a state file; null if it names no session. */
  static Predecessor of(StateLayout layout) {
    List<UUID> sessions = layout.isValid() ? layout.sessions() : List.of();
    if (sessions.isEmpty()) {
      return null;
    }
    boolean unflushed = false;
    UUID verifier = null;
    for (int lane = 0; lane < layout.lanes(); lane++) {
      if (layout.isUnflushed(lane)) {
        UUID held = layout.verifier(lane);
        verifier = !unflushed || held.equals(verifier) ? held : null;
        unflushed = true;
      }
    }
    return new Predecessor(sessions, layout.identity(), unflushed, verifier);
  }
}
