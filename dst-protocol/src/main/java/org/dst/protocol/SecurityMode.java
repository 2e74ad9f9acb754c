package org.dst.protocol;

/** How a link is protected. */
public enum SecurityMode {
  /** Cleartext, no authentication. */
  PLAIN(0, "plain"),
  /** Encrypted; both sides share a key. */
  PSK(1, "psk"),
  /** Encrypted; each side authenticates with a key pair. */
  KEYS(2, "keys"),
  /** A mode that this version does not know, kept so that a newer peer gets a proper refusal. */
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

  /** The name in options and messages. */
  public String label() {
    return label;
  }

  /** The mode with this code, or {@link #UNKNOWN}. */
  public static SecurityMode of(int code) {
    return code >= 0 && code < UNKNOWN.ordinal() ? BY_CODE[code] : UNKNOWN;
  }
}
