package org.dst.server.store;

import org.dst.protocol.Status;

/** Range checks, safe against overflow. */
public final class Ranges {
  private Ranges() {}

  /** Rejects with INVALID a range that is not inside {@code size} bytes. */
  public static void check(long offset, long length, long size) throws StoreException {
    check(offset, length, size, Status.INVALID);
  }

  /**
   * Rejects a change: with INVALID if the range is malformed, with NO_SPACE if it ends beyond the
   * store.
   */
  public static void checkChange(long offset, long length, long size) throws StoreException {
    check(offset, length, size, Status.NO_SPACE);
  }

  private static void check(long offset, long length, long size, Status beyond)
      throws StoreException {
    if (offset < 0 || length < 0) {
      throw new StoreException(
          Status.INVALID, "range of " + length + " bytes at " + offset + " (expected: >= 0)");
    }
    if (length > size || offset > size - length) {
      throw new StoreException(
          beyond,
          "range of " + length + " bytes at " + offset + " (expected: inside " + size + ")");
    }
  }

  /** The largest multiple of a power of two that is not above {@code value}. */
  public static long down(long value, int unit) {
    return value & -(long) unit;
  }

  /** The smallest multiple of a power of two that is not below {@code value}. */
  public static long up(long value, int unit) {
    return down(value + unit - 1, unit);
  }
}
