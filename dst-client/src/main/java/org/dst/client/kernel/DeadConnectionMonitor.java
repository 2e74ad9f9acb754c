package org.dst.client.kernel;

import java.io.IOException;
import java.time.Duration;
import org.dst.client.syscall.Descriptor;
import org.dst.client.syscall.SocketCalls;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;

/**
 * Listens to the kernel's notifications about dead sockets of devices. For one thread, which may
 * block.
 */
final class DeadConnectionMonitor implements AutoCloseable {
  private static final int LARGEST_DATAGRAM = 8 << 10;

  private final Descriptor socket;

  private DeadConnectionMonitor(Descriptor socket) {
    this.socket = socket;
  }

  /**
   * Starts listening.
   *
   * @param patience of {@link #await}
   */
  static DeadConnectionMonitor listen(NbdFamily family, Duration patience) throws IOException {
    Descriptor socket = SocketCalls.genericNetlink();
    SocketCalls.join(socket, family.group());
    SocketCalls.receiveWithin(socket, patience);
    return new DeadConnectionMonitor(socket);
  }

  /** Waits for a socket of a device to die; false if none did within the patience. */
  boolean await(int index) throws IOException {
    try {
      for (NetlinkMessage message : NetlinkMessage.read(socket.receive(LARGEST_DATAGRAM))) {
        if (message.command() == NbdFamily.LINK_DEAD
            && message.attributes().number(NbdFamily.INDEX) == index) {
          return true;
        }
      }
      return false;
    } catch (ErrnoException failed) {
      return switch (failed.errno()) {
        case Errno.EAGAIN, Errno.EINTR -> false;
        case Errno.ENOBUFS -> true; // notifications were lost: the socket buffer overflowed
        default -> throw failed;
      };
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
