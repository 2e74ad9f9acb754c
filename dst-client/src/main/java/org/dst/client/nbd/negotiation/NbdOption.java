package org.dst.client.nbd.negotiation;

/** What a client may ask for during option haggling. */
enum NbdOption {
  /** Chooses the export and enters transmission; cannot be answered with an error. */
  EXPORT_NAME(1),
  /** Ends the session. */
  ABORT(2),
  /** Lists the exports. */
  LIST(3),
  /** Starts TLS, which this server never does. */
  STARTTLS(5),
  /** Describes an export. */
  INFO(6),
  /** Describes an export and enters transmission. */
  GO(7),
  /** Asks for structured replies. */
  STRUCTURED_REPLY(8),
  /** Lists metadata contexts. */
  LIST_META_CONTEXT(9),
  /** Selects metadata contexts. */
  SET_META_CONTEXT(10),
  /** Asks for extended headers. */
  EXTENDED_HEADERS(11);

  private final int code;

  NbdOption(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  int code() {
    return code;
  }

  /** Whether data belongs to this option; with the others it is an error. */
  boolean hasData() {
    return switch (this) {
      case EXPORT_NAME, ABORT, INFO, GO, LIST_META_CONTEXT, SET_META_CONTEXT -> true;
      case LIST, STARTTLS, STRUCTURED_REPLY, EXTENDED_HEADERS -> false;
    };
  }

  /** The option with this number, or null if this server does not know it. */
  static NbdOption of(int code) {
    for (NbdOption option : values()) {
      if (option.code == code) {
        return option;
      }
    }
    return null;
  }
}
