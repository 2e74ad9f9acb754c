package org.dst.protocol;

/** How a link is protected. */
public enum SecurityMode {
  /** Not at all: everything is in clear. */
  PLAIN(0, "plain"),
  /** Encrypted under a key that both sides share. */
  PSK(1, "psk"),
  /** Encrypted; each side proves a key pair. */
  KEYS(2, "keys"),
  /** One that this version does not know; so a newer peer can still be told why not. */
  UNKNOWN(255, "an unknown mode");

  private static final SecurityMode[] BY_CODE = values();

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

  /** The mode with this byte; one that this version does not know is {@link #UNKNOWN}. */
  public static SecurityMode of(int code) {
    return code >= 0 && code < UNKNOWN.ordinal() ? BY_CODE[code] : UNKNOWN;
  }
}
