package org.dst.client.nbd.wire;

import org.dst.protocol.RequestFlags;

/** Bits of the flags field of a request. */
public final class CommandFlags {
  public static final int FUA = 1;
  public static final int NO_HOLE = 1 << 1;
  public static final int DF = 1 << 2;
  public static final int REQ_ONE = 1 << 3;
  public static final int FAST_ZERO = 1 << 4;
  public static final int PAYLOAD_LEN = 1 << 5;

  private CommandFlags() {}

  /**
   * The bits that {@code command} may carry in some negotiation. FUA is valid for every command,
   * even where it means nothing; clients are known to set it on reads.
   */
  public static int allowed(NbdCommand command) {
    return switch (command) {
      case READ -> FUA | DF;
      case WRITE -> FUA | PAYLOAD_LEN;
      case WRITE_ZEROES -> FUA | NO_HOLE | FAST_ZERO;
      case BLOCK_STATUS -> FUA | REQ_ONE | PAYLOAD_LEN;
      case DISC, FLUSH, TRIM, CACHE -> FUA;
    };
  }

  /** The bits that the device is told; what means nothing to the command is left out. */
  public static int toRequestFlags(NbdCommand command, int flags) {
    int told = 0;
    if (command.isChange() && (flags & FUA) != 0) {
      told |= RequestFlags.FUA;
    }
    if ((flags & NO_HOLE) != 0) {
      told |= RequestFlags.NO_HOLE;
    }
    if ((flags & FAST_ZERO) != 0) {
      told |= RequestFlags.FAST_ZERO;
    }
    if ((flags & REQ_ONE) != 0) {
      told |= RequestFlags.REQ_ONE;
    }
    return told;
  }
}
