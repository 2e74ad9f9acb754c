package org.dst.client.nbd.negotiation;

import org.dst.client.device.DeviceInfo;
import org.dst.protocol.Limits;

/**
 * The block size constraints that a client is told, by the section "Block size constraints".
 *
 * @param minimum bytes; a power of two, at most 65536
 * @param preferred bytes; a power of two, at least the minimum and 512
 * @param maximum bytes of payload; a multiple of the minimum
 */
public record BlockSizes(int minimum, int preferred, int maximum) {
  private static final int LARGEST_MINIMUM = 64 << 10;
  private static final int SMALLEST_PREFERRED = 512;

  /**
   * The constraints of a device.
   *
   * @throws IllegalArgumentException if NBD cannot express its minimum
   */
  public static BlockSizes of(DeviceInfo info) {
    int minimum = info.minBlock();
    if (Integer.bitCount(minimum) != 1 || minimum > LARGEST_MINIMUM) {
      throw new IllegalArgumentException(
          "minimum block size " + minimum + " (expected: a power of two, at most 65536)");
    }
    int preferred = Math.max(info.preferredBlock(), Math.max(minimum, SMALLEST_PREFERRED));
    preferred = Math.min(Integer.highestOneBit(preferred), Limits.MAX_PAYLOAD);
    return new BlockSizes(minimum, preferred, Limits.MAX_PAYLOAD);
  }

  /** The size that a client is told: what whole blocks cover. */
  public static long exportSize(DeviceInfo info) {
    return info.size() & -info.minBlock();
  }
}
