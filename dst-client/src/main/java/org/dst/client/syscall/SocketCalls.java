package org.dst.client.syscall;

import static org.dst.platform.syscall.NativeFunction.INT;
import static org.dst.platform.syscall.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.dst.platform.syscall.ErrnoException;
import org.dst.platform.syscall.NativeFunction;

/** Sockets whose descriptors are needed, or whose address families the JDK lacks. */
public final class SocketCalls {
  private static final int AF_UNIX = 1;
  private static final int AF_NETLINK = 16;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int NETLINK_GENERIC = 16;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_ADD_MEMBERSHIP = 1;

  /** What fits in sockaddr_un.sun_path besides the final NUL (unix(7)). */
  private static final int MAX_PATH = 107;

  private static final NativeFunction SOCKET = NativeFunction.of("socket", INT, INT, INT, INT);
  private static final NativeFunction CONNECT =
      NativeFunction.of("connect", INT, INT, POINTER, INT);
  private static final NativeFunction BIND = NativeFunction.of("bind", INT, INT, POINTER, INT);
  private static final NativeFunction SETSOCKOPT =
      NativeFunction.of("setsockopt", INT, INT, INT, INT, POINTER, INT);

  private SocketCalls() {}

  /** Connects a stream socket to a Unix socket. */
  public static Descriptor connectUnix(Path path) throws ErrnoException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length > MAX_PATH) {
      throw new IllegalArgumentException(
          "%s has %d bytes (expected: <= %d)".formatted(path, name.length, MAX_PATH));
    }
    Descriptor socket = new Descriptor(SOCKET.call(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    try (Arena arena = Arena.ofConfined()) {
      // struct sockaddr_un: sun_family (2), sun_path (108).
      MemorySegment address = arena.allocate(110, 2);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
      CONNECT.call(socket.number(), address, (int) address.byteSize());
      return socket;
    } catch (ErrnoException failed) {
      socket.close();
      throw failed;
    }
  }

  /** Opens a generic netlink socket with an address chosen by the kernel. */
  public static Descriptor genericNetlink() throws ErrnoException {
    Descriptor socket =
        new Descriptor(SOCKET.call(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC));
    try (Arena arena = Arena.ofConfined()) {
      // struct sockaddr_nl: nl_family (2), nl_pad (2), nl_pid (4), nl_groups (4).
      MemorySegment address = arena.allocate(12, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
      BIND.call(socket.number(), address, (int) address.byteSize());
      return socket;
    } catch (ErrnoException failed) {
      socket.close();
      throw failed;
    }
  }

  /** Subscribes a netlink socket to a multicast group. */
  public static void join(Descriptor socket, int group) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, group);
      SETSOCKOPT.call(socket.number(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, number, Integer.BYTES);
    }
  }

  /** Sets the time after which a receive fails with EAGAIN. */
  public static void receiveWithin(Descriptor socket, Duration time) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      // struct timeval, of two longs on 64-bit machines.
      MemorySegment value =
          arena.allocateFrom(ValueLayout.JAVA_LONG, time.toSeconds(), time.toNanosPart() / 1000L);
      SETSOCKOPT.call(socket.number(), SOL_SOCKET, SO_RCVTIMEO, value, (int) value.byteSize());
    }
  }
}
