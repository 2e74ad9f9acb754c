package org.dst.server.port;

/** The counters of the export port. The names are stable; scripts and tests rely on them. */
public enum PortCounter {
  /** Links that were closed at once because too many were unauthenticated. */
  UNPROVEN_LINKS_REFUSED,
  /** Handshakes that failed: wrong key or malformed message. */
  HANDSHAKES_FAILED,
  /** Handshakes in which the client proved a key. */
  HANDSHAKES
}
