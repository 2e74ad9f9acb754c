package org.dst.client.nbd.wire;

import org.dst.protocol.Status;

/** The error values of the specification. */
public enum NbdError {
  EPERM(1),
  EIO(5),
  ENOMEM(12),
  EINVAL(22),
  ENOSPC(28),
  EOVERFLOW(75),
  ENOTSUP(95),
  ESHUTDOWN(108);

  private final int code;

  NbdError(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /**
   * What a client is told of a request that failed in the device; null for OK.
   *
   * @param fastZero whether FAST_ZERO was asked, the only case in which ENOTSUP may be answered
   */
  public static NbdError of(Status status, boolean fastZero) {
    return switch (status) {
      case OK -> null;
      case NOT_PERMITTED -> EPERM;
      case IO_ERROR, BAD_CHECKSUM -> EIO;
      case NO_SPACE -> ENOSPC;
      case INVALID, TOO_LARGE -> EINVAL;
      case NOT_SUPPORTED -> fastZero ? ENOTSUP : EINVAL;
      case NO_MEMORY -> ENOMEM;
      case SHUTTING_DOWN -> ESHUTDOWN;
    };
  }
}
