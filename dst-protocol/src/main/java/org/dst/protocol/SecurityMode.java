package org.dst.protocol;

/** How a link is protected. */
public enum SecurityMode {
  /** Not at all: everything is in clear. */
  PLAIN(0, "plain"),
  /** Encrypted under a key that both sides share. */
  PSK(1, "psk"),
  /** Encrypted; each side proves a key pair. */
  KEYS(2, "keys");

  private final int code;
  private final String label;

  SecurityMode(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** The name that people use. */
  public String label() {
    return label;
  }

  /**
   * The mode with this byte.
   *
   * @throws MalformedException if there is none
   */
  public static SecurityMode of(int code) throws MalformedException {
    for (SecurityMode mode : values()) {
      if (mode.code == code) {
        return mode;
      }
    }
    throw new MalformedException("security mode " + code + " (expected: 0 to 2)");
  }
}
