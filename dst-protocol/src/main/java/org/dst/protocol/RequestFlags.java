package org.dst.protocol;

/** Bits of the flags field of a request frame. They are honoured at the store. */
public final class RequestFlags {
  /** The change is durable before it is acknowledged (the kernel's REQ_FUA, NBD_CMD_FLAG_FUA). */
  public static final int FUA = 1;

  /** Everything acknowledged before is durable before this change starts, and this one is FUA. */
  public static final int BARRIER = 1 << 1;

  /**
   * Somebody waits for this change (the kernel's REQ_SYNC): write-back of its range is started
   * before the acknowledgement. Promises no durability.
   */
  public static final int SYNC = 1 << 2;

  /** WRITE_ZEROES must leave the range allocated (NBD_CMD_FLAG_NO_HOLE). */
  public static final int NO_HOLE = 1 << 3;

  /** WRITE_ZEROES must fail with NOT_SUPPORTED rather than write zeroes one by one. */
  public static final int FAST_ZERO = 1 << 4;

  /** BLOCK_STATUS wants one extent only (NBD_CMD_FLAG_REQ_ONE). */
  public static final int REQ_ONE = 1 << 5;

  /** Every bit that is defined for requests. */
  public static final int ALL = FUA | BARRIER | SYNC | NO_HOLE | FAST_ZERO | REQ_ONE;

  private RequestFlags() {}

  /** Whether the change must be durable before it is acknowledged. */
  public static boolean durable(int flags) {
    return (flags & (FUA | BARRIER)) != 0;
  }

  /** The bits that {@code opcode} may carry; any other makes the request INVALID. */
  public static int allowed(Opcode opcode) {
    return switch (opcode) {
      case WRITE, TRIM -> FUA | BARRIER | SYNC;
      case WRITE_ZEROES -> FUA | BARRIER | SYNC | NO_HOLE | FAST_ZERO;
      case READ, CACHE, FLUSH -> SYNC;
      case BLOCK_STATUS -> REQ_ONE;
      case REPLY, PING, PONG, NOTICE, DETACH, DETACHED -> 0;
      case ATTACH, ATTACHED, REFUSED, LIST, LISTING -> 0;
    };
  }
}
