package org.dst.protocol;

/**
 * Bounds of the protocol itself, in bytes unless said otherwise; what is negotiated stays inside.
 */
public final class Limits {
  /** The longest payload of any frame that can be negotiated. */
  public static final int MAX_PAYLOAD = 32 << 20;

  /**
   * The longest payload of a frame before ATTACHED, and of every frame that is not a block request.
   */
  public static final int MAX_CONTROL_PAYLOAD = 64 << 10;

  /** The longest opening message, header included. */
  public static final int MAX_OPENING = 4096;

  /** The longest message of the handshake, without its header. */
  public static final int MAX_HANDSHAKE = 4096;

  /** The longest export name, in UTF-8. NBD allows as much. */
  public static final int MAX_NAME = 4096;

  /** The longest text of a refusal, a description or a client name, in UTF-8. */
  public static final int MAX_TEXT = 4096;

  /** The longest payload checksum. */
  public static final int MAX_CHECKSUM = 32;

  /** Extents in the reply to one BLOCK_STATUS. */
  public static final int MAX_EXTENTS = 1024;

  /** The port that a server listens on unless told otherwise. */
  public static final int DEFAULT_PORT = 7777;

  private Limits() {}
}
