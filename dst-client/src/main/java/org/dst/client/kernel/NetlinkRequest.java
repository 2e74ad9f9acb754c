package org.dst.client.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * One request in generic netlink (netlink(7); linux/netlink.h, linux/genetlink.h), in the machine's
 * byte order. Offsets from the start of the message:
 *
 * <pre>
 *   0   length of everything (4)   4   family (2)   6   flags (2)
 *   8   sequence (4)               12  port (4)
 *   16  command (1)                17  version (1)  18  reserved (2)
 *   20  attributes, each: length with this head (2), type (2), value, padding to 4 bytes
 * </pre>
 */
final class NetlinkRequest {
  static final int REQUEST = 1;
  static final int ACKNOWLEDGE = 4;
  static final int NESTED = 0x8000;

  private static final int MOST = 8 << 10;
  private static final int FLAGS_AT = 6;
  private static final int SEQUENCE_AT = 8;

  private final ByteBuffer bytes = ByteBuffer.allocate(MOST).order(ByteOrder.nativeOrder());
  private final Deque<Integer> open = new ArrayDeque<>();

  /** A request without attributes. */
  NetlinkRequest(int family, int command, int version) {
    bytes.putInt(0).putShort((short) family).putShort((short) (REQUEST | ACKNOWLEDGE));
    bytes.putInt(0).putInt(0);
    bytes.put((byte) command).put((byte) version).putShort((short) 0);
  }

  /** Appends a number of 32 bits. */
  NetlinkRequest u32(int type, int value) {
    bytes.putShort((short) 8).putShort((short) type).putInt(value);
    return this;
  }

  /** Appends a number of 64 bits. */
  NetlinkRequest u64(int type, long value) {
    bytes.putShort((short) 12).putShort((short) type).putLong(value);
    return this;
  }

  /** Appends a text, with the NUL that the kernel expects behind it. */
  NetlinkRequest text(int type, String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    begin(type).bytes.put(encoded).put((byte) 0);
    return end();
  }

  /** Begins an attribute that consists of attributes. */
  NetlinkRequest nest(int type) {
    return begin(type | NESTED);
  }

  private NetlinkRequest begin(int type) {
    open.push(bytes.position());
    bytes.putShort((short) 0).putShort((short) type);
    return this;
  }

  /** Ends the attribute that was begun last. */
  NetlinkRequest end() {
    int start = open.pop();
    bytes.putShort(start, (short) (bytes.position() - start));
    while (bytes.position() % 4 != 0) {
      bytes.put((byte) 0);
    }
    return this;
  }

  /** The message. */
  byte[] finish(int sequence) {
    if (!open.isEmpty()) {
      throw new IllegalStateException(open.size() + " attributes have no end");
    }
    bytes.putInt(0, bytes.position()).putInt(SEQUENCE_AT, sequence);
    assert bytes.getShort(FLAGS_AT) != 0 : "a message that nobody answers";
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
