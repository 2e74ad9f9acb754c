package org.dst.client.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.dst.client.syscall.Descriptor;
import org.dst.client.syscall.SocketCalls;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;

/** Asks a family of generic netlink, one request at a time. For threads that may block. */
final class GenericNetlink implements AutoCloseable {
  /** The kernel answers at once, except while it waits for a device that is being changed. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int LARGEST_DATAGRAM = 32 << 10;
  private static final int CONTROLLER = 16;
  private static final int CTRL_CMD_GETFAMILY = 3;
  private static final int CTRL_VERSION = 2;
  private static final int CTRL_ATTR_FAMILY_ID = 1;
  private static final int CTRL_ATTR_FAMILY_NAME = 2;
  private static final int CTRL_ATTR_MCAST_GROUPS = 7;
  private static final int CTRL_ATTR_MCAST_GRP_NAME = 1;
  private static final int CTRL_ATTR_MCAST_GRP_ID = 2;

  private final Descriptor socket;
  private int sequence;

  /** A family as the kernel numbers it, with its multicast groups. */
  record Family(int id, Map<String, Integer> groups) {}

  private GenericNetlink(Descriptor socket) {
    this.socket = socket;
  }

  /** Opens a socket to the kernel. */
  static GenericNetlink open() throws ErrnoException {
    Descriptor socket = SocketCalls.genericNetlink();
    SocketCalls.receiveWithin(socket, PATIENCE);
    return new GenericNetlink(socket);
  }

  /** Looks a family up; null if the kernel has none of that name. */
  Family family(String name) throws IOException {
    try {
      return family(
          call(
              new NetlinkRequest(CONTROLLER, CTRL_CMD_GETFAMILY, CTRL_VERSION)
                  .text(CTRL_ATTR_FAMILY_NAME, name)));
    } catch (ErrnoException failed) {
      if (failed.errno() == Errno.ENOENT) {
        return null;
      }
      throw failed;
    }
  }

  private static Family family(NetlinkAttributes answer) throws IOException {
    Map<String, Integer> groups = new HashMap<>();
    if (answer.has(CTRL_ATTR_MCAST_GROUPS)) {
      for (NetlinkAttributes group : answer.nested(CTRL_ATTR_MCAST_GROUPS).items()) {
        groups.put(group.text(CTRL_ATTR_MCAST_GRP_NAME), group.number(CTRL_ATTR_MCAST_GRP_ID));
      }
    }
    return new Family(answer.number(CTRL_ATTR_FAMILY_ID), Map.copyOf(groups));
  }

  /**
   * Sends a request and waits for its acknowledgement.
   *
   * @return what the kernel answered before that; without attributes if nothing
   * @throws ErrnoException if the kernel refuses
   */
  synchronized NetlinkAttributes call(NetlinkRequest request) throws IOException {
    socket.send(request.finish(++sequence));
    NetlinkAttributes answer = new NetlinkAttributes();
    while (true) {
      for (NetlinkMessage message : NetlinkMessage.read(receive())) {
        if (message.sequence() != sequence) {
          continue; // late: of a request that was given up
        }
        if (message.error() > 0) {
          throw new ErrnoException(message.error());
        }
        if (message.ends()) {
          return answer;
        }
        answer = message.attributes();
      }
    }
  }

  private byte[] receive() throws IOException {
    try {
      return socket.receive(LARGEST_DATAGRAM);
    } catch (ErrnoException failed) {
      if (failed.errno() == Errno.EAGAIN) {
        throw new IOException("the kernel did not answer within " + PATIENCE.toSeconds() + " s");
      }
      throw failed;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (ErrnoException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
