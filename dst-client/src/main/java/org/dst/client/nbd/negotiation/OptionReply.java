package org.dst.client.nbd.negotiation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Replies to options.
 *
 * <pre>
 *   0  magic 0x0003e889045565a9  (8)
 *   8  option                    (4)
 *  12  reply type                (4)
 *  16  length of the data        (4)
 *  20  data
 * </pre>
 */
final class OptionReply {
  static final long MAGIC = 0x0003e889045565a9L;

  static final int ACK = 1;
  static final int SERVER = 2;
  static final int INFO = 3;
  static final int META_CONTEXT = 4;
  static final int ERR_UNSUP = 0x80000001;
  static final int ERR_POLICY = 0x80000002;
  static final int ERR_INVALID = 0x80000003;
  static final int ERR_UNKNOWN = 0x80000006;
  static final int ERR_SHUTDOWN = 0x80000007;
  static final int ERR_TOO_BIG = 0x80000009;
  static final int ERR_EXT_HEADER_REQD = 0x8000000a;

  private OptionReply() {}

  /** Appends the head of a reply whose data of {@code length} bytes the caller appends. */
  static void head(ByteBuf out, int option, int type, int length) {
    out.writeLong(MAGIC).writeInt(option).writeInt(type).writeInt(length);
  }

  /** Appends the final reply of an option that succeeded. */
  static void ack(ByteBuf out, int option) {
    head(out, option, ACK, 0);
  }

  /** Appends an error with a human-readable text, at most 4096 bytes in UTF-8. */
  static void error(ByteBuf out, int option, int type, String text) {
    head(out, option, type, ByteBufUtil.utf8Bytes(text));
    ByteBufUtil.writeUtf8(out, text);
  }
}
