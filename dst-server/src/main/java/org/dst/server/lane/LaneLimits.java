package org.dst.server.lane;

/**
 * What a lane has taken in and what it has running in the store, against the limits that its client
 * was told. Single-threaded, like its lane.
 */
final class LaneLimits {
  private final int maxTaken;
  private final long maxInFlight;

  /** Requests that were taken in and have not ended, and the bytes of their payloads. */
  private int taken;

  private long takenBytes;

  /** Requests that run in the store, and the bytes that they read or write. */
  private int running;

  private long runningBytes;

  /**
   * The limits of an idle lane.
   *
   * @param maxTaken requests taken in at once
   * @param maxInFlight bytes running in the store at once; a single request may exceed it
   */
  LaneLimits(int maxTaken, long maxInFlight) {
    this.maxTaken = maxTaken;
    this.maxInFlight = maxInFlight;
  }

  void taken(LaneRequest request) {
    taken++;
    takenBytes += request.payloadBytes();
  }

  void released(LaneRequest request) {
    taken--;
    takenBytes -= request.payloadBytes();
  }

  void started(LaneRequest request) {
    running++;
    runningBytes += request.weight();
  }

  void ended(LaneRequest request) {
    running--;
    runningBytes -= request.weight();
  }

  /** Requests that were taken in and have not ended. */
  int taken() {
    return taken;
  }

  /** Whether the client has sent more than it was allowed to. */
  boolean isExceeded() {
    return taken > maxTaken || takenBytes > maxInFlight;
  }

  /** Whether a request may start now. */
  boolean hasRoomFor(LaneRequest request) {
    return runningBytes == 0 || runningBytes + request.weight() <= maxInFlight;
  }

  /** Whether nothing runs in the store. */
  boolean isIdle() {
    return running == 0;
  }
}
