package org.dst.client.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.dst.client.syscall.Descriptor;

/**
 * The kernel's generic netlink family {@code nbd} (linux/nbd-netlink.h). Every call fails with
 * {@link org.dst.platform.syscall.ErrnoException} if the kernel refuses, EPERM without
 * CAP_SYS_ADMIN. For threads that may block.
 */
final class NbdFamily implements AutoCloseable {
  static final String NAME = "nbd";
  static final String GROUP = "nbd_mc_group";
  static final int VERSION = 1;

  static final int CONNECT = 1;
  static final int DISCONNECT = 2;
  static final int RECONFIGURE = 3;
  static final int LINK_DEAD = 4;

  static final int INDEX = 1;
  static final int SIZE_BYTES = 2;
  static final int BLOCK_SIZE_BYTES = 3;
  static final int TIMEOUT = 4;
  static final int SERVER_FLAGS = 5;
  static final int CLIENT_FLAGS = 6;
  static final int SOCKETS = 7;
  static final int DEAD_CONN_TIMEOUT = 8;

  /** Since Linux 5.14; older kernels pass it over. */
  static final int BACKEND_IDENTIFIER = 10;

  static final int SOCK_ITEM = 1;
  static final int SOCK_FD = 1;

  private final GenericNetlink netlink;
  private final GenericNetlink.Family family;

  /**
   * How a device is connected.
   *
   * @param index N of /dev/nbdN, which is made if it is missing; -1 lets the kernel choose
   * @param size bytes
   * @param block bytes, a power of two from 512 to the size of a page
   * @param flags the transmission flags of the NBD negotiation
   * @param grace how long requests wait for new sockets when all have died, in whole seconds
   * @param backend who it belongs to, for {@code /sys/block/nbdN/backend}
   */
  record Setup(int index, long size, int block, int flags, Duration grace, String backend) {}

  private NbdFamily(GenericNetlink netlink, GenericNetlink.Family family) {
    this.netlink = netlink;
    this.family = family;
  }

  /** Finds the family; null if this kernel has no nbd driver, or none that speaks netlink. */
  static NbdFamily find() throws IOException {
    GenericNetlink netlink = GenericNetlink.open();
    GenericNetlink.Family family = null;
    try {
      family = netlink.family(NAME);
      return family == null ? null : new NbdFamily(netlink, family);
    } finally {
      if (family == null) {
        netlink.close();
      }
    }
  }

  /**
   * Connects a device to sockets on which NBD's transmission phase has begun. No time limit of the
   * kernel's is set: how long a request may take is decided by the session.
   *
   * @return N of /dev/nbdN
   */
  int connect(Setup setup, List<Descriptor> sockets) throws IOException {
    return netlink.call(connectMessage(family.id(), setup, sockets)).number(INDEX);
  }

  static NetlinkRequest connectMessage(int family, Setup setup, List<Descriptor> sockets) {
    NetlinkRequest message = new NetlinkRequest(family, CONNECT, VERSION);
    if (setup.index() >= 0) {
      message.u32(INDEX, setup.index());
    }
    message
        .u64(SIZE_BYTES, setup.size())
        .u64(BLOCK_SIZE_BYTES, setup.block())
        .u64(SERVER_FLAGS, setup.flags())
        .u64(TIMEOUT, 0)
        .u64(DEAD_CONN_TIMEOUT, setup.grace().toSeconds())
        .u64(CLIENT_FLAGS, 0)
        .text(BACKEND_IDENTIFIER, setup.backend());
    return sockets(message, sockets);
  }

  /**
   * Offers sockets to a connected device: one for each of its own that is dead; those that it does
   * not need are passed over without an error.
   */
  void replace(int index, String backend, Duration grace, List<Descriptor> sockets)
      throws IOException {
    netlink.call(replaceMessage(family.id(), index, backend, grace, sockets));
  }

  static NetlinkRequest replaceMessage(
      int family, int index, String backend, Duration grace, List<Descriptor> sockets) {
    NetlinkRequest message =
        new NetlinkRequest(family, RECONFIGURE, VERSION)
            .u32(INDEX, index)
            .u64(DEAD_CONN_TIMEOUT, grace.toSeconds())
            .text(BACKEND_IDENTIFIER, backend);
    return sockets(message, sockets);
  }

  /**
   * Gives a connected device another size.
   *
   * @param backend as it was connected; null if nobody said then
   */
  void resize(int index, String backend, long size) throws IOException {
    NetlinkRequest message =
        new NetlinkRequest(family.id(), RECONFIGURE, VERSION)
            .u32(INDEX, index)
            .u64(SIZE_BYTES, size);
    netlink.call(backend == null ? message : message.text(BACKEND_IDENTIFIER, backend));
  }

  /** Disconnects a device, after which what it had in flight fails; nothing if it is not. */
  void disconnect(int index) throws IOException {
    netlink.call(new NetlinkRequest(family.id(), DISCONNECT, VERSION).u32(INDEX, index));
  }

  /** The multicast group that tells of sockets that died. */
  int group() throws IOException {
    Integer group = family.groups().get(GROUP);
    if (group == null) {
      throw new IOException("this kernel's nbd driver has no multicast group " + GROUP);
    }
    return group;
  }

  private static NetlinkRequest sockets(NetlinkRequest message, List<Descriptor> sockets) {
    message.nest(SOCKETS);
    for (Descriptor socket : sockets) {
      message.nest(SOCK_ITEM).u32(SOCK_FD, socket.number()).end();
    }
    return message.end();
  }

  @Override
  public void close() {
    netlink.close();
  }
}
