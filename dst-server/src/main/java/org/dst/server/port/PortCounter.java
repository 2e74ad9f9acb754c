package org.dst.server.port;

/** What the export port counts. The names are stable; scripts and tests rely on them. */
public enum PortCounter {
  /** Links that were closed at once because too many had proved nothing yet. */
  UNPROVEN_LINKS_REFUSED,
  /** Handshakes that failed: a wrong key, or nonsense. */
  HANDSHAKES_FAILED,
  /** Handshakes in which the client proved a key. */
  HANDSHAKES
}
