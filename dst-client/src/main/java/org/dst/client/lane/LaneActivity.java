package org.dst.client.lane;

import java.util.UUID;

/**
 * A snapshot of a lane's core, for the status.
 *
 * @param state state of its link
 * @param stateNanos nanoseconds since its link was attached or lost; 0 before the first
 * @param verifier the verifier of the server's cache that holds its unflushed changes; null before
 *     the first attach
 * @param inFlight transactions sent and not acknowledged
 * @param inFlightBytes of their payloads
 * @param waiting transactions not sent yet
 * @param unflushedBytes bytes of payload that a crash of the server could lose
 * @param unflushedEntries changes, or parts of changes, that it could lose
 * @param outages number of outages, including the present one
 * @param longestOutageNanos of the longest outage
 * @param totalOutageNanos of all outages
 */
public record LaneActivity(
    State state,
    long stateNanos,
    UUID verifier,
    int inFlight,
    long inFlightBytes,
    int waiting,
    long unflushedBytes,
    int unflushedEntries,
    long outages,
    long longestOutageNanos,
    long totalOutageNanos) {

  /** The state of a lane's link. */
  public enum State {
    /** It has never been attached. */
    CONNECTING,
    /** Transactions flow. */
    UP,
    /** Attached; unflushed writes are replayed before anything else. */
    REPLAYING,
    /** It has lost its link and is reconnecting. */
    DOWN,
    /** Another client has taken over the export. */
    OVER
  }
}
