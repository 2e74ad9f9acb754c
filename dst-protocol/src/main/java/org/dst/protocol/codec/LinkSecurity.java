package org.dst.protocol.codec;

/**
 * What makes a link a secured one: its two directions. Made from the secrets that the handshake
 * gave, and used for one link only.
 *
 * @param sealing for what this end sends
 * @param opening for what it receives
 */
public record LinkSecurity(RecordSealing sealing, RecordOpening opening) {
  /** Bytes of a record before its frame: their number. */
  static final int LENGTH_FIELD = 4;

  /** Bytes of a record behind its frame. */
  static final int TAG = 16;
}
