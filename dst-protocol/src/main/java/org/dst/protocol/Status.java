package org.dst.protocol;

/** How a request ended. The code travels in the header of a REPLY frame. */
public enum Status {
  /** Success. */
  OK(0),
  /** The export, or the client's access to it, is read-only. */
  NOT_PERMITTED(1),
  /** The storage reported an error; after a failed change the range's content is undefined. */
  IO_ERROR(2),
  /** The storage or quota is full, or a change reaches past the end of the export. */
  NO_SPACE(3),
  /** The request is invalid: range, alignment, flags or length. */
  INVALID(4),
  /** The export does not support the opcode or a flag. */
  NOT_SUPPORTED(5),
  /** The length exceeds the negotiated limits. */
  TOO_LARGE(6),
  /** The server is out of memory for the request. */
  NO_MEMORY(7),
  /** The server is shutting down and starts nothing new. */
  SHUTTING_DOWN(8),
  /** The payload does not match its checksum; nothing was stored. Send it again. */
  BAD_CHECKSUM(9);

  private static final Status[] BY_CODE = values();

  private final int code;

  Status(int code) {
    this.code = code;
  }

  /** The number on the wire, 0 to 65535. */
  public int code() {
    return code;
  }

  /** The status with this code; an unknown code counts as an {@link #IO_ERROR}. */
  public static Status of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : IO_ERROR;
  }
}
