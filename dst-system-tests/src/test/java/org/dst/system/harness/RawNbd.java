package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An NBD client that sends exactly what a test wants. It speaks fixed newstyle with simple replies;
 * numbers and layouts are those of the NBD specification ({@code doc/proto.md}).
 */
public final class RawNbd implements AutoCloseable {
  /** Commands. */
  public static final int READ = 0;

  /** Writes the payload. */
  public static final int WRITE = 1;

  /** Ends the connection. */
  public static final int DISC = 2;

  /** Makes what was written durable. */
  public static final int FLUSH = 3;

  /** Trims a range. */
  public static final int TRIM = 4;

  /** Zeroes a range. */
  public static final int WRITE_ZEROES = 6;

  /** The flag of a request that has to be durable before its reply. */
  public static final int FUA = 1;

  /** The options that tests need. */
  public static final int OPT_EXPORT_NAME = 1;

  /** Asks for the export and enters transmission. */
  public static final int OPT_GO = 7;

  /** The answer to an option that is not known. */
  public static final int REP_ERR_UNSUP = 0x80000001;

  /** The answer to an option whose data makes no sense. */
  public static final int REP_ERR_INVALID = 0x80000003;

  /** The answer to an export name that is not known. */
  public static final int REP_ERR_UNKNOWN = 0x80000006;

  /** The answer to an option that is too big. */
  public static final int REP_ERR_TOO_BIG = 0x80000009;

  /** errno values of replies. */
  public static final int EPERM = 1;

  /** Input or output error. */
  public static final int EIO = 5;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** No space left. */
  public static final int ENOSPC = 28;

  private static final long SERVER_MAGIC = 0x4e42444d41474943L;
  private static final long OPTION_MAGIC = 0x49484156454f5054L;
  private static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int SIMPLE_REPLY_MAGIC = 0x67446698;
  private static final int REP_ACK = 1;
  private static final int REP_INFO = 3;

  private final RawSocket socket;

  private RawNbd(RawSocket socket) {
    this.socket = socket;
  }

  /** Connects to a Unix socket and receives the server's greeting. */
  public static RawNbd greeted(Path path) throws EOFException {
    RawNbd nbd = new RawNbd(RawSocket.unix(path));
    nbd.greet();
    return nbd;
  }

  private void greet() throws EOFException {
    ByteBuffer greeting = socket.receive(18);
    assertEquals(SERVER_MAGIC, greeting.getLong(), "the server's magic");
    assertEquals(OPTION_MAGIC, greeting.getLong(), "the server's second magic");
  }

  /** Connects and answers the greeting, so that options may follow. */
  public static RawNbd haggling(Path path) throws EOFException {
    RawNbd nbd = greeted(path);
    nbd.socket.send(ByteBuffer.allocate(4).putInt(3).flip());
    return nbd;
  }

  /** Connects and goes into transmission with the default export. */
  public static RawNbd transmitting(Path path) throws EOFException {
    RawNbd nbd = haggling(path);
    nbd.go();
    return nbd;
  }

  /** The same for answers that may take as long as an outage. */
  public static RawNbd transmitting(Path path, Duration patience) throws EOFException {
    RawNbd nbd = new RawNbd(RawSocket.unix(path, patience.toMillis()));
    nbd.greet();
    nbd.payload(new byte[] {0, 0, 0, 3});
    nbd.go();
    return nbd;
  }

  /** The same over TCP, to {@code HOST:PORT}. */
  public static RawNbd transmitting(String address) throws EOFException {
    RawNbd nbd = new RawNbd(RawSocket.tcp(address));
    nbd.greet();
    nbd.payload(new byte[] {0, 0, 0, 3});
    nbd.go();
    return nbd;
  }

  /** Asks for the default export and goes into transmission. */
  void go() throws EOFException {
    option(OPT_GO, new byte[6]);
    int reply = optionReply(OPT_GO);
    while (reply != REP_ACK) {
      assertEquals(REP_INFO, reply, "reply to NBD_OPT_GO");
      reply = optionReply(OPT_GO);
    }
  }

  /** The connection itself. */
  public RawSocket socket() {
    return socket;
  }

  /** Sends an option. */
  public void option(int option, byte[] data) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + data.length);
    socket.send(bytes.putLong(OPTION_MAGIC).putInt(option).putInt(data.length).put(data).flip());
  }

  /** The data of NBD_OPT_GO or NBD_OPT_INFO for a name, without information requests. */
  public static byte[] goData(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(6 + bytes.length).putInt(bytes.length).put(bytes).array();
  }

  /** Receives a reply to an option and returns its type. */
  public int optionReply(int option) throws EOFException {
    ByteBuffer header = socket.receive(20);
    assertEquals(OPTION_REPLY_MAGIC, header.getLong(), "magic of an option reply");
    assertEquals(option, header.getInt(), "option that is replied to");
    int type = header.getInt();
    socket.receive(header.getInt());
    return type;
  }

  /** Sends a request's header, with {@code length} as it stands there. */
  public void request(int flags, int command, long cookie, long offset, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(28).putInt(REQUEST_MAGIC);
    bytes.putShort((short) flags).putShort((short) command).putLong(cookie);
    socket.send(bytes.putLong(offset).putInt(length).flip());
  }

  /** Sends bytes that follow a request. */
  public void payload(byte[] bytes) {
    socket.send(ByteBuffer.wrap(bytes));
  }

  /**
   * The header of a simple reply.
   *
   * @param error its errno; 0 for success
   * @param cookie of the request
   */
  public record Reply(int error, long cookie) {}

  /** Receives the header of the next simple reply, whichever request it is for. */
  public Reply reply() throws EOFException {
    ByteBuffer header = socket.receive(16);
    assertEquals(SIMPLE_REPLY_MAGIC, header.getInt(), "magic of a reply");
    return new Reply(header.getInt(), header.getLong());
  }

  /** Receives the header of a simple reply to the request with this cookie; returns its errno. */
  public int reply(long cookie) throws EOFException {
    Reply reply = reply();
    assertEquals(cookie, reply.cookie(), "cookie of a reply");
    return reply.error();
  }

  /** Reads a range and requires success. */
  public byte[] read(long offset, int length) throws EOFException {
    request(0, READ, offset, offset, length);
    assertEquals(0, reply(offset), "error of a read");
    return socket.receive(length).array();
  }

  /** Writes a range and requires success. */
  public void write(long offset, byte[] data) throws EOFException {
    request(0, WRITE, offset, offset, data.length);
    payload(data);
    assertEquals(0, reply(offset), "error of a write");
  }

  /** A whole flush. */
  public void flush() throws EOFException {
    request(0, FLUSH, 2, 0, 0);
    assertEquals(0, reply(2), "error of a flush");
  }

  @Override
  public void close() {
    socket.close();
  }
}
