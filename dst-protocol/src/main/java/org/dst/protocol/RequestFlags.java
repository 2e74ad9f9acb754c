package org.dst.protocol;

/** Flags of a request frame. The store itself honours them. */
public final class RequestFlags {
  /** The change is durable before it is acknowledged (the kernel's REQ_FUA, NBD_CMD_FLAG_FUA). */
  public static final int FUA = 1;

  /** Everything acknowledged before is durable before this change starts, and this one is FUA. */
  public static final int BARRIER = 1 << 1;

  /**
   * Somebody is waiting for this change (the kernel's REQ_SYNC): write-back of its range starts
   * before it is acknowledged. Does not make it durable.
   */
  public static final int SYNC = 1 << 2;

  /** WRITE_ZEROES must leave the range allocated (NBD_CMD_FLAG_NO_HOLE). */
  public static final int NO_HOLE = 1 << 3;

  /** WRITE_ZEROES must fail with NOT_SUPPORTED if it is no faster than a WRITE. */
  public static final int FAST_ZERO = 1 << 4;

  /** BLOCK_STATUS must return a single extent (NBD_CMD_FLAG_REQ_ONE). */
  public static final int REQ_ONE = 1 << 5;

  /** Every flag defined for requests. */
  public static final int ALL = FUA | BARRIER | SYNC | NO_HOLE | FAST_ZERO | REQ_ONE;

  private RequestFlags() {}

  /** Whether the change must be durable before it is acknowledged. */
  public static boolean durable(int flags) {
    return (flags & (FUA | BARRIER)) != 0;
  }

  /** The flags that {@code opcode} may carry; any other makes the request INVALID. */
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
