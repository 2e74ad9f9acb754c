package org.dst.protocol;

/** Hard limits of the protocol, in bytes unless noted. Negotiated values stay within them. */
public final class Limits {
  /** The largest payload that can be negotiated. */
  public static final int MAX_PAYLOAD = 32 << 20;

  /**
   * The largest payload of a frame before ATTACHED, and of every frame that is not a block request.
   */
  public static final int MAX_CONTROL_PAYLOAD = 64 << 10;

  /** The longest opening message, header included. */
  public static final int MAX_OPENING = 4096;

  /** The longest handshake message, without its header. */
  public static final int MAX_HANDSHAKE = 4096;

  /** The longest export name, in UTF-8; the same as NBD's. */
  public static final int MAX_NAME = 4096;

  /** The longest text of a refusal, a description or a client name, in UTF-8. */
  public static final int MAX_TEXT = 4096;

  /** The longest payload checksum. */
  public static final int MAX_CHECKSUM = 32;

  /** Most extents in one BLOCK_STATUS reply. */
  public static final int MAX_EXTENTS = 1024;

  /** The default TCP port of a server. */
  public static final int DEFAULT_PORT = 7777;

  private Limits() {}
}
