package org.dst.client.nbd.negotiation;

import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.protocol.message.Features;

/** What the export can do, in the 16 bits that end the haggling. */
final class TransmissionFlags {
  static final int HAS_FLAGS = 1;
  static final int READ_ONLY = 1 << 1;
  static final int SEND_FLUSH = 1 << 2;
  static final int SEND_FUA = 1 << 3;
  static final int ROTATIONAL = 1 << 4;
  static final int SEND_TRIM = 1 << 5;
  static final int SEND_WRITE_ZEROES = 1 << 6;
  static final int SEND_DF = 1 << 7;
  static final int CAN_MULTI_CONN = 1 << 8;
  static final int SEND_CACHE = 1 << 10;
  static final int SEND_FAST_ZERO = 1 << 11;
  static final int BLOCK_STAT_PAYLOAD = 1 << 12;

  private TransmissionFlags() {}

  /**
   * The flags of a device. CAN_MULTI_CONN is always there: all connections share one session, so a
   * flush or FUA of one covers what was acknowledged on any.
   *
   * @param metaContext whether base:allocation is selected
   */
  static int of(DeviceInfo info, HeaderFormat format, boolean metaContext) {
    int flags = HAS_FLAGS | CAN_MULTI_CONN;
    flags |= when(info.has(Features.FLUSH), SEND_FLUSH);
    flags |= when(info.has(Features.FUA), SEND_FUA);
    flags |= when(info.has(Features.ROTATIONAL), ROTATIONAL);
    flags |= when(info.has(Features.CACHE), SEND_CACHE);
    flags |= when(format.chunked(), SEND_DF);
    flags |= when(format == HeaderFormat.EXTENDED && metaContext, BLOCK_STAT_PAYLOAD);
    if (info.readOnly()) {
      return flags | READ_ONLY;
    }
    flags |= when(info.has(Features.TRIM), SEND_TRIM);
    flags |= when(info.has(Features.WRITE_ZEROES), SEND_WRITE_ZEROES);
    flags |= when(info.has(Features.WRITE_ZEROES | Features.FAST_ZERO), SEND_FAST_ZERO);
    return flags;
  }

  private static int when(boolean condition, int flag) {
    return condition ? flag : 0;
  }
}
