package org.dst.client.nbd.wire;

import org.dst.protocol.Opcode;

/** What a request asks for; the position is the number on the wire. */
public enum NbdCommand {
  READ(Opcode.READ),
  WRITE(Opcode.WRITE),
  /** The client leaves; there is no reply, and nothing is asked of the device. */
  DISC(null),
  FLUSH(Opcode.FLUSH),
  TRIM(Opcode.TRIM),
  CACHE(Opcode.CACHE),
  WRITE_ZEROES(Opcode.WRITE_ZEROES),
  BLOCK_STATUS(Opcode.BLOCK_STATUS);

  private static final NbdCommand[] BY_CODE = values();

  private final Opcode opcode;

  NbdCommand(Opcode opcode) {
    this.opcode = opcode;
  }

  /** What the device is asked; null for {@link #DISC}. */
  public Opcode opcode() {
    return opcode;
  }

  /** Whether this command changes the export. */
  public boolean isChange() {
    return this == WRITE || this == TRIM || this == WRITE_ZEROES;
  }

  /** The command with this number, 0 to 65535, or null if this server does not know it. */
  public static NbdCommand of(int code) {
    return code < BY_CODE.length ? BY_CODE[code] : null;
  }
}
