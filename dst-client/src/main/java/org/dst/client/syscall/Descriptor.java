package org.dst.client.syscall;

import static org.dst.platform.syscall.NativeFunction.INT;
import static org.dst.platform.syscall.NativeFunction.LONG;
import static org.dst.platform.syscall.NativeFunction.POINTER;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dst.platform.syscall.ErrnoException;
import org.dst.platform.syscall.NativeFunction;

/** An open file descriptor, close-on-exec. For one thread at a time. */
public final class Descriptor implements AutoCloseable {
  /** The values of these two are the same on x86-64 and aarch64. */
  private static final int O_EXCL = 0200;

  private static final int O_CLOEXEC = 02000000;

  private static final NativeFunction OPEN = NativeFunction.variadic("open", 2, INT, POINTER, INT);
  private static final NativeFunction CLOSE = NativeFunction.of("close", INT, INT);
  private static final NativeFunction SEND =
      NativeFunction.of("send", LONG, INT, POINTER, LONG, INT);
  private static final NativeFunction RECV =
      NativeFunction.of("recv", LONG, INT, POINTER, LONG, INT);
  private static final int MSG_NOSIGNAL = 0x4000;

  private final int number;
  private boolean closed;

  Descriptor(long number) {
    this.number = (int) number;
  }

  /**
   * Opens a block device for reading, which fails with EBUSY if it is claimed: a mounted file
   * system, swap, md, the device mapper, another exclusive opener (open(2), O_EXCL).
   */
  public static Descriptor openExclusively(String path) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      return new Descriptor(OPEN.call(arena.allocateFrom(path), O_EXCL | O_CLOEXEC));
    }
  }

  /** The number, which is valid until the close. */
  public int number() {
    return number;
  }

  /** Sends all bytes, by send(2). */
  public void send(byte[] bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      long sent = 0;
      while (sent < bytes.length) {
        sent += SEND.call(number, memory.asSlice(sent), bytes.length - sent, MSG_NOSIGNAL);
      }
    }
  }

  /**
   * Receives by recv(2): one message of a netlink socket, or what a stream has available.
   *
   * @param most bytes to receive; the rest of a longer message is lost
   * @return an empty array at the end of a stream
   * @throws ErrnoException EAGAIN if nothing arrived within the socket's timeout
   */
  public byte[] receive(int most) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(most);
      long length = RECV.call(number, memory, (long) most, 0);
      return memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public void close() throws ErrnoException {
    if (!closed) {
      closed = true;
      CLOSE.call(number);
    }
  }
}
