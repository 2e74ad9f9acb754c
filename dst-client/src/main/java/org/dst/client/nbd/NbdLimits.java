package org.dst.client.nbd;

import java.time.Duration;

/**
 * What the clients of one server may use.
 *
 * @param connections open at once; further ones are closed immediately
 * @param inFlightBytes of payloads and unread replies, of all connections together; one request of
 *     the maximum length is always admitted
 * @param inFlightRequests of each connection
 * @param handshake time limit of option haggling
 */
public record NbdLimits(
    int connections, long inFlightBytes, int inFlightRequests, Duration handshake) {
  /** 64 connections, 64 MiB, 1024 requests, a minute. */
  public static final NbdLimits DEFAULT = new NbdLimits(64, 64L << 20, 1024, Duration.ofMinutes(1));

  /** Checks that everything is positive. */
  public NbdLimits {
    if (connections < 1
        || inFlightBytes < 1
        || inFlightRequests < 1
        || handshake.isNegative()
        || handshake.isZero()) {
      throw new IllegalArgumentException(
          "limits of "
              + connections
              + " connections, "
              + inFlightBytes
              + " bytes, "
              + inFlightRequests
              + " requests, "
              + handshake
              + " (expected: all positive)");
    }
  }
}
