package org.dst.protocol;

/** The kinds of frames. The code is the second byte of every frame header. */
public enum Opcode {
  /** Read {@code count} bytes at {@code offset}; the reply carries them as its payload. */
  READ(0x01, Phase.TRANSACTIONS),
  /** Write the payload at {@code offset}. */
  WRITE(0x02, Phase.TRANSACTIONS),
  /** Make every write acknowledged before this request durable. */
  FLUSH(0x03, Phase.TRANSACTIONS),
  /** Discard the range; its content is no longer needed. */
  TRIM(0x04, Phase.TRANSACTIONS),
  /** Make the range read as zeroes. */
  WRITE_ZEROES(0x05, Phase.TRANSACTIONS),
  /** Prefetch the range; it will be read soon. */
  CACHE(0x06, Phase.TRANSACTIONS),
  /** Report which parts of the range are allocated or zero; the reply carries {@link Extent}s. */
  BLOCK_STATUS(0x07, Phase.TRANSACTIONS),
  /** The answer to the request with the same transaction id. */
  REPLY(0x0f, Phase.TRANSACTIONS),

  /** Liveness probe, answered by {@link #PONG}; in either direction, in both phases. */
  PING(0x10, Phase.ANY),
  /** Echoes the transaction id and the offset of a {@link #PING}. */
  PONG(0x11, Phase.ANY),
  /** Something about the export or the server changed. */
  NOTICE(0x12, Phase.TRANSACTIONS),
  /** The client leaves; the server finishes what is running and answers {@link #DETACHED}. */
  DETACH(0x13, Phase.TRANSACTIONS),
  /** Nothing of the lane is running any more; the link may be closed. */
  DETACHED(0x14, Phase.TRANSACTIONS),

  /** Binds the link to a lane of a session. */
  ATTACH(0x20, Phase.ATTACH),
  /** Grants an attach; transactions may follow. */
  ATTACHED(0x21, Phase.ATTACH),
  /** Refuses an attach or a listing, with a code and a text. */
  REFUSED(0x22, Phase.ATTACH),
  /** Asks for the list of exports. */
  LIST(0x23, Phase.ATTACH),
  /** One part of the list of exports. */
  LISTING(0x24, Phase.ATTACH);

  /** The phases of a link in which frames are exchanged. */
  public enum Phase {
    /** After opening and handshake, until {@link #ATTACHED}. */
    ATTACH,
    /** From {@link #ATTACHED} until the end of the link. */
    TRANSACTIONS,
    /** Both. */
    ANY
  }

  private static final Opcode[] BY_CODE = new Opcode[256];

  static {
    for (Opcode opcode : values()) {
      BY_CODE[opcode.code] = opcode;
    }
  }

  private final int code;
  private final Phase phase;

  Opcode(int code, Phase phase) {
    this.code = code;
    this.phase = phase;
  }

  /** The byte on the wire, 0 to 255. */
  public int code() {
    return code;
  }

  /** Whether a frame with this opcode belongs to {@code phase}. */
  public boolean belongsTo(Phase phase) {
    return this.phase == Phase.ANY || this.phase == phase;
  }

  /** Whether this is a block request, which the server answers with a {@link #REPLY}. */
  public boolean isRequest() {
    return code <= BLOCK_STATUS.code;
  }

  /** Whether this request may modify the store. */
  public boolean isChange() {
    return this == WRITE || this == TRIM || this == WRITE_ZEROES;
  }

  /** The opcode with this code, or null if there is none. */
  public static Opcode of(int code) {
    return BY_CODE[code & 0xff];
  }
}
