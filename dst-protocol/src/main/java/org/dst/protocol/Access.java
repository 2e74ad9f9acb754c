package org.dst.protocol;

/** What a client may do with an export. */
public enum Access {
  /** Reads only. */
  READ_ONLY(1),
  /** Reads and writes; one client at a time. */
  READ_WRITE(2),
  /** Reads and writes by several clients at once; for cluster file systems. */
  SHARED(3);

  private final int code;

  Access(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** Whether writes are allowed. */
  public boolean writable() {
    return this != READ_ONLY;
  }

  /**
   * The access with this code.
   *
   * @throws MalformedException if there is none
   */
  public static Access of(int code) throws MalformedException {
    for (Access access : values()) {
      if (access.code == code) {
        return access;
      }
    }
    throw new MalformedException("access " + code + " (expected: 1 to 3)");
  }
}
