package org.dst.protocol.message;

/**
 * Why a server refuses an opening, a handshake, an attach or a listing. A reason has its own code
 * only if clients react to it differently; the text gives the details.
 */
public enum RefusalCode {
  /** Not refused. */
  NONE(0, false),
  /** No protocol version in common. */
  VERSION(1, true),
  /** The server requires another security mode. */
  SECURITY_MODE(2, true),
  /** No cipher or checksum in common. */
  ALGORITHM(3, true),
  /** The server has no export with that name. */
  UNKNOWN_EXPORT(4, true),
  /** The client is not allowed to use the export in the way it asked for. */
  NOT_ALLOWED(5, true),
  /** Another client holds the export; may be retried. */
  BUSY(6, false),
  /** A newer link of the same lane has replaced this one. */
  STALE(7, true),
  /** The store is not the one the client has pinned. */
  IDENTITY(8, true),
  /** The request is invalid: a lane out of range, an unknown critical parameter. */
  INVALID(9, true),
  /** The server is at a limit or shutting down; may be retried. */
  UNAVAILABLE(10, false),
  /** The client's lease has passed to another client for good. */
  DEPOSED(11, true),
  /** The store was rolled back to a state older than one the client has seen. */
  STORE_ROLLED_BACK(12, true);

  private static final RefusalCode[] BY_CODE = values();

  private final int code;
  private final boolean permanent;

  RefusalCode(int code, boolean permanent) {
    this.code = code;
    this.permanent = permanent;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /** Whether retrying is pointless. */
  public boolean permanent() {
    return permanent;
  }

  /** The refusal with this code; an unknown code counts as {@link #INVALID}. */
  public static RefusalCode of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : INVALID;
  }
}
