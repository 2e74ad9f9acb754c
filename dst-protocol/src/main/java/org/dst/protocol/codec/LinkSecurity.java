package org.dst.protocol.codec;

/**
 * The record layer of a secured link, one object per direction. Derived from the secrets of the
 * link's handshake and used for that link only.
 *
 * @param sealer for the frames that this end sends
 * @param opener for the records that it receives
 */
public record LinkSecurity(RecordSealer sealer, RecordOpener opener) {
  /** Bytes of a record before its frame: the length. */
  static final int LENGTH_FIELD = 4;

  /** Bytes of a record after its frame: the AEAD tag. */
  static final int TAG = 16;
}
