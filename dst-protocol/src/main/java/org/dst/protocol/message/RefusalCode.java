package org.dst.protocol.message;

/**
 * Why a server refuses an opening, an attach or a listing. There is a code of its own only where a
 * client can react differently; the text says the rest.
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
  /** The server has no export of that name. */
  UNKNOWN_EXPORT(4, true),
  /** This client may not use the export in the way that it asked for. */
  NOT_ALLOWED(5, true),
  /** Another client has the export; may be tried again. */
  BUSY(6, false),
  /** A newer link of the same lane has taken this one's place. */
  STALE(7, true),
  /** The store is not the one that the client has pinned. */
  IDENTITY(8, true),
  /** The request makes no sense: a lane out of range, a parameter that is not known. */
  INVALID(9, true),
  /** The server is at a limit or about to stop; may be tried again. */
  UNAVAILABLE(10, false),
  /** The lease under which the client held the export has passed to another; for good. */
  DEPOSED(11, true),
  /** The store is in an earlier state than the client has seen it in. */
  STORE_ROLLED_BACK(12, true);

  private static final RefusalCode[] BY_CODE = values();

  private final int code;
  private final boolean permanent;

  RefusalCode(int code, boolean permanent) {
    this.code = code;
    this.permanent = permanent;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** Whether trying the same again is pointless. */
  public boolean permanent() {
    return permanent;
  }

  /** The code with this number; one that this version does not know is {@link #INVALID}. */
  public static RefusalCode of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : INVALID;
  }
}
