package org.dst.cli.demo;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A minimal NBD client for the self-check: one connection, simple replies, several requests in
 * flight. One thread.
 */
final class NbdProbe implements AutoCloseable {
  private static final long OPTION_MAGIC = 0x49484156454f5054L;
  private static final long REPLY_MAGIC = 0x3e889045565a9L;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int SIMPLE_REPLY_MAGIC = 0x67446698;
  private static final int FIXED_NEWSTYLE_NO_ZEROES = 3;
  private static final int OPTION_GO = 7;
  private static final int REPLY_ACK = 1;
  private static final int REPLY_INFO = 3;

  private final SocketChannel channel;
  private final ByteBuffer head = ByteBuffer.allocateDirect(64);
  private long size;

  /** Request types. */
  enum Command {
    READ(0),
    WRITE(1),
    DISC(2),
    FLUSH(3);

    private final int code;

    Command(int code) {
      this.code = code;
    }
  }

  /** Connects and negotiates the default export. */
  NbdProbe(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    receive(18);
    if (head.getLong() != 0x4e42444d41474943L || head.getLong() != OPTION_MAGIC) {
      throw new IOException(socket + " is not an NBD server");
    }
    head.clear();
    head.putInt(FIXED_NEWSTYLE_NO_ZEROES);
    head.putLong(OPTION_MAGIC).putInt(OPTION_GO).putInt(6).putInt(0).putShort((short) 0);
    send();
    while (readOptionReply()) {
      // infos come first, then the acknowledgement
    }
  }

  private boolean readOptionReply() throws IOException {
    receive(20);
    long magic = head.getLong();
    int option = head.getInt();
    int type = head.getInt();
    int length = head.getInt();
    if (magic != REPLY_MAGIC || option != OPTION_GO || length > head.capacity()) {
      throw new IOException("unexpected answer to NBD_OPT_GO");
    }
    receive(length);
    if (type == REPLY_INFO && head.getShort() == 0) {
      size = head.getLong();
    } else if (type != REPLY_INFO && type != REPLY_ACK) {
      throw new IOException("NBD_OPT_GO was answered with 0x%x".formatted(type));
    }
    return type != REPLY_ACK;
  }

  /** Bytes of the disk. */
  long size() {
    return size;
  }

  /** Sends a request; {@code data} is what a WRITE writes, else null. */
  void request(Command command, long cookie, long offset, int length, ByteBuffer data)
      throws IOException {
    head.clear();
    head.putInt(REQUEST_MAGIC).putShort((short) 0).putShort((short) command.code);
    head.putLong(cookie).putLong(offset).putInt(length).flip();
    if (data == null) {
      writeAll(head);
      return;
    }
    ByteBuffer[] both = {head, data};
    while (data.hasRemaining()) {
      channel.write(both);
    }
  }

  /**
   * Waits for the next reply to any request.
   *
   * @return its cookie; fetch the data of a READ with {@link #receive(ByteBuffer)}
   */
  long reply() throws IOException {
    receive(16);
    int magic = head.getInt();
    int error = head.getInt();
    if (magic != SIMPLE_REPLY_MAGIC) {
      throw new IOException("reply with magic 0x%08x (expected: 0x67446698)".formatted(magic));
    }
    if (error != 0) {
      throw new IOException("a request failed: " + words(error));
    }
    return head.getLong();
  }

  private static String words(int error) {
    return switch (error) {
      case 1 -> "not permitted";
      case 5 -> "I/O error";
      case 22 -> "invalid argument";
      case 28 -> "no space left";
      case 108 -> "the server is shutting down";
      default -> "error " + error;
    };
  }

  /** Fills {@code into} from the connection. */
  void receive(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new EOFException("the NBD server closed the connection");
      }
    }
  }

  private void receive(int bytes) throws IOException {
    head.clear().limit(bytes);
    receive(head);
    head.flip();
  }

  private void send() throws IOException {
    head.flip();
    writeAll(head);
  }

  private void writeAll(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      request(Command.DISC, 0, 0, 0, null);
    }
  }
}
