package org.dst.client.lane;

import java.util.UUID;

/**
 * What a lane was doing at one moment, as far as its core knows.
 *
 * @param state where it is with its link
 * @param stateNanos nanoseconds since its link was attached or lost; 0 before the first
 * @param verifier of the server's cache that holds its unflushed changes; null before the first
 *     attach
 * @param inFlight transactions that were sent and are not acknowledged
 * @param inFlightBytes of their payloads
 * @param waiting transactions that were not sent yet
 * @param unflushedBytes of payloads that a crash of the server could lose
 * @param unflushedEntries changes, or parts of changes, that it could lose
 * @param outages times without a link, the present one included
 * @param longestOutageNanos of the longest of them
 * @param totalOutageNanos of all of them
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

  /** Where a lane is with its link, for people. */
  public enum State {
    /** It never had a link. */
    CONNECTING,
    /** Transactions flow. */
    UP,
    /** It has a link, and unflushed writes are sent again before anything else. */
    REPLAYING,
    /** It has lost its link and tries to get another. */
    DOWN,
    /** Another client has the export, for good. */
    OVER
  }
}
