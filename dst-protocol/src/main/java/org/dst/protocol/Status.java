package org.dst.protocol;

/** How a request ended. The code travels in the header of a REPLY frame. */
public enum Status {
  /** It was carried out as asked. */
  OK(0),
  /** The client may not do this: the export or its access is read-only. */
  NOT_PERMITTED(1),
  /** The storage reported an error; what the range holds now is not known after a failed change. */
  IO_ERROR(2),
  /** The storage is full, the quota used up, or a change reaches beyond the end of the export. */
  NO_SPACE(3),
  /** The request is malformed: range, alignment, flags or length. */
  INVALID(4),
  /** The opcode or what a flag demands is not supported by this export. */
  NOT_SUPPORTED(5),
  /** The length is larger than the limits that were negotiated. */
  TOO_LARGE(6),
  /** There is no memory for the request now. */
  NO_MEMORY(7),
  /** The server is about to stop and starts nothing new. */
  SHUTTING_DOWN(8),
  /** The payload does not match its checksum; nothing was stored. To be sent again. */
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

  /** The status with this number; one that this version does not know is an {@link #IO_ERROR}. */
  public static Status of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : IO_ERROR;
  }
}
