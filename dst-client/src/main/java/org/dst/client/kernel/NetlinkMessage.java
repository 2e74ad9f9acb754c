package org.dst.client.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A message from the kernel; its layout is drawn at {@link NetlinkRequest}, except that an
 * acknowledgement or error has a number of 32 bits in place of command and attributes.
 *
 * @param sequence of the request that it answers, 0 if none
 * @param error the positive error number, 0 for an acknowledgement, -1 if it is neither
 * @param command of generic netlink
 * @param attributes none with an acknowledgement or error
 */
record NetlinkMessage(int sequence, int error, int command, NetlinkAttributes attributes) {
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_MIN_TYPE = 16;
  private static final int HEAD = 16;
  private static final int GENERIC_HEAD = 4;

  /** Whether it ends the answer to a request. */
  boolean ends() {
    return error >= 0;
  }

  /**
   * Parses a datagram.
   *
   * @throws IOException if it is malformed
   */
  static List<NetlinkMessage> read(byte[] datagram) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    List<NetlinkMessage> messages = new ArrayList<>();
    while (rest.remaining() >= HEAD) {
      int length = rest.getInt(rest.position());
      if (length < HEAD + GENERIC_HEAD || length > rest.remaining()) {
        throw new IOException(
            "netlink message of %d bytes (expected: %d to %d)"
                .formatted(length, HEAD + GENERIC_HEAD, rest.remaining()));
      }
      ByteBuffer message = rest.slice(rest.position(), length).order(ByteOrder.nativeOrder());
      int type = Short.toUnsignedInt(message.getShort(4));
      if (type == NLMSG_ERROR) {
        messages.add(
            new NetlinkMessage(
                message.getInt(8), -message.getInt(HEAD), 0, new NetlinkAttributes()));
      } else if (type >= NLMSG_MIN_TYPE) {
        NetlinkAttributes attributes =
            NetlinkAttributes.read(
                message.slice(HEAD + GENERIC_HEAD, length - HEAD - GENERIC_HEAD));
        messages.add(new NetlinkMessage(message.getInt(8), -1, message.get(HEAD), attributes));
      }
      rest.position(Math.min(rest.limit(), rest.position() + (length + 3 & -4)));
    }
    return messages;
  }
}
