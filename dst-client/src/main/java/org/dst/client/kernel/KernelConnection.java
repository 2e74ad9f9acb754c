package org.dst.client.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.dst.client.syscall.Descriptor;
import org.dst.client.syscall.SocketCalls;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;

/**
 * A connection to this process's own NBD socket on which the transmission phase has begun, for the
 * kernel: the client's side of fixed newstyle with NBD_OPT_GO. The kernel speaks simple replies
 * only, so nothing else is asked for.
 *
 * @param socket with nothing read beyond the negotiation
 * @param size bytes
 * @param flags the transmission flags
 */
record KernelConnection(Descriptor socket, long size, int flags) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long NBDMAGIC = 0x4e42444d41474943L;
  private static final long IHAVEOPT = 0x49484156454f5054L;
  private static final long REPLY_MAGIC = 0x3e889045565a9L;
  private static final int FIXED_NEWSTYLE = 1;
  private static final int NO_ZEROES = 2;
  private static final int OPT_GO = 7;
  private static final int REP_ACK = 1;
  private static final int REP_INFO = 3;
  private static final int INFO_EXPORT = 0;
  private static final int LONGEST_REPLY = 64 << 10;

  /** Connects and negotiates. */
  static KernelConnection open(Path path, String export) throws IOException {
    Descriptor socket = SocketCalls.connectUnix(path);
    try {
      SocketCalls.receiveWithin(socket, PATIENCE);
      KernelConnection connection = negotiate(socket, export);
      SocketCalls.receiveWithin(socket, Duration.ZERO); // for ever, as a socket is made
      return connection;
    } catch (IOException | RuntimeException failed) {
      socket.close();
      throw failed;
    }
  }

  private static KernelConnection negotiate(Descriptor socket, String export) throws IOException {
    ByteBuffer greeting = read(socket, 18);
    expect(NBDMAGIC, greeting.getLong());
    expect(IHAVEOPT, greeting.getLong());
    socket.send(choice(export));
    long size = -1;
    int flags = 0;
    while (true) {
      ByteBuffer head = read(socket, 20);
      expect(REPLY_MAGIC, head.getLong());
      expect(OPT_GO, head.getInt());
      int type = head.getInt();
      int length = head.getInt();
      if (length < 0 || length > LONGEST_REPLY) {
        throw new IOException("NBD reply of %d bytes (expected: <= 65536)".formatted(length));
      }
      ByteBuffer data = read(socket, length);
      if (type == REP_ACK && size >= 0) {
        return new KernelConnection(socket, size, flags);
      } else if (type != REP_INFO || length < Short.BYTES) {
        throw new IOException("NBD reply 0x%x to GO (expected: INFO, ACK)".formatted(type));
      } else if (data.getShort() == INFO_EXPORT && data.remaining() >= 10) {
        size = data.getLong();
        flags = Short.toUnsignedInt(data.getShort());
      }
    }
  }

  private static byte[] choice(String export) {
    byte[] name = export.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(26 + name.length)
        .putInt(FIXED_NEWSTYLE | NO_ZEROES)
        .putLong(IHAVEOPT)
        .putInt(OPT_GO)
        .putInt(6 + name.length)
        .putInt(name.length)
        .put(name)
        .putShort((short) 0)
        .array();
  }

  private static void expect(long expected, long came) throws IOException {
    if (came != expected) {
      throw new IOException("NBD server said 0x%x (expected: 0x%x)".formatted(came, expected));
    }
  }

  private static ByteBuffer read(Descriptor socket, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      byte[] some = receive(socket, bytes.remaining());
      if (some.length == 0) {
        throw new IOException("the NBD socket was closed during the negotiation");
      }
      bytes.put(some);
    }
    return bytes.flip();
  }

  private static byte[] receive(Descriptor socket, int most) throws IOException {
    try {
      return socket.receive(most);
    } catch (ErrnoException failed) {
      if (failed.errno() == Errno.EAGAIN) {
        throw new IOException(
            "the NBD socket did not answer within " + PATIENCE.toSeconds() + " s");
      }
      throw failed;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
