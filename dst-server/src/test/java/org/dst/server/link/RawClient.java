package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.protocol.message.ServerOpening;

/** A client of the port that says exactly what a test wants said. Every receive is bounded. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int CHECKSUM = 4;

  final Socket socket = new Socket();
  private final DataInputStream in;

  /** A frame that arrived, its payload checked against its checksum. */
  record Frame(FrameHeader header, byte[] payload) {
    ByteBuf body() {
      return Unpooled.wrappedBuffer(payload);
    }
  }

  /** Connects, and says nothing. */
  RawClient(InetSocketAddress server) throws IOException {
    socket.setReceiveBufferSize(64 << 10);
    socket.setSendBufferSize(64 << 10);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(server, PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Connects and opens the link: plain, with CRC32C. */
  static RawClient opened(InetSocketAddress server) throws IOException {
    RawClient client = new RawClient(server);
    client.send(opening()::encode);
    ServerOpening answer = client.serverOpening();
    assertEquals(RefusalCode.NONE, answer.refusal(), answer.text());
    assertEquals("crc32c", answer.checksum());
    return client;
  }

  /** Connects, opens and attaches to lane 0 of a new session. */
  static RawClient attached(InetSocketAddress server, String export, Access access)
      throws IOException {
    return attached(server, attach(UUID.randomUUID(), 1, export, access));
  }

  static RawClient attached(InetSocketAddress server, Attach attach) throws IOException {
    RawClient client = opened(server);
    client.frame(Opcode.ATTACH, 0, attach::encode);
    Attached.decode(client.receive(Opcode.ATTACHED).body());
    return client;
  }

  static ClientOpening opening() {
    return opening(1, SecurityMode.PLAIN, List.of("crc32c"), Extensions.NONE);
  }

  static ClientOpening opening(
      int version, SecurityMode mode, List<String> checksums, Extensions extensions) {
    return new ClientOpening(version, version, mode, List.of(), checksums, extensions);
  }

  static Attach attach(UUID session, long generation, String export, Access access) {
    return attach(session, generation, export, access, false);
  }

  /**
   * A wish for the only lane of a session.
   *
   * @param takeOver whether another holder of the export is to be put out
   */
  static Attach attach(
      UUID session, long generation, String export, Access access, boolean takeOver) {
    return new Attach(
        session,
        Attach.NO_SESSION,
        0,
        0,
        1,
        generation,
        access,
        takeOver,
        export,
        "a test",
        Extensions.NONE);
  }

  static byte[] encoded(Consumer<ByteBuf> encoder) {
    ByteBuf out = Unpooled.buffer();
    encoder.accept(out);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  /** The bytes of a frame. */
  static byte[] bytes(FrameHeader header, byte[] payload) {
    return encoded(
        out -> {
          header.write(out, payload.length);
          if (payload.length > 0) {
            CRC32C crc = new CRC32C();
            crc.update(payload);
            out.writeInt((int) crc.getValue()).writeBytes(payload);
          }
        });
  }

  /** The bytes of a block request that is its own watermark. */
  static byte[] request(Opcode opcode, long id, long offset, long count, byte... payload) {
    return bytes(new FrameHeader().start(opcode, 0, id).watermark(1).range(offset, count), payload);
  }

  /** The same frame with another opcode, known or not, and a header checksum that holds. */
  static byte[] withOpcode(byte[] frame, int opcode) {
    ByteBuf copy = Unpooled.copiedBuffer(frame).setByte(1, opcode);
    CRC32C crc = new CRC32C();
    crc.update(copy.array(), 0, FrameHeader.LENGTH - 4);
    return copy.setInt(FrameHeader.LENGTH - 4, (int) crc.getValue()).array();
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void send(Consumer<ByteBuf> encoder) throws IOException {
    send(encoded(encoder));
  }

  void frame(Opcode opcode, long id, Consumer<ByteBuf> payload) throws IOException {
    send(bytes(new FrameHeader().start(opcode, 0, id), encoded(payload)));
  }

  void frame(Opcode opcode, long id) throws IOException {
    frame(opcode, id, out -> {});
  }

  Frame receive() throws IOException {
    byte[] bytes = in.readNBytes(FrameHeader.LENGTH);
    if (bytes.length < FrameHeader.LENGTH) {
      throw new EOFException("the link ended after " + bytes.length + " bytes of a header");
    }
    FrameHeader header = new FrameHeader(bytes);
    int length = (int) header.payloadLength();
    byte[] sum = in.readNBytes(length > 0 ? CHECKSUM : 0);
    byte[] payload = in.readNBytes(length);
    CRC32C crc = new CRC32C();
    crc.update(payload);
    if (length > 0) {
      assertEquals((int) crc.getValue(), Unpooled.wrappedBuffer(sum).readInt(), "checksum");
    }
    return new Frame(header, payload);
  }

  Frame receive(Opcode expected) throws IOException {
    Frame frame = receive();
    assertEquals(expected, frame.header().opcode(), () -> "instead of " + frame.header());
    return frame;
  }

  void expectReply(long id, Status status) throws IOException {
    Frame reply = receive(Opcode.REPLY);
    assertEquals(id, reply.header().id());
    assertEquals(status, reply.header().status());
  }

  void expectRefusal(RefusalCode code, String part) throws IOException {
    Refused refused = Refused.decode(receive(Opcode.REFUSED).body());
    assertEquals(code, refused.code(), refused.text());
    assertTrue(refused.text().contains(part), refused.text());
    expectEnd();
  }

  /** Requires that the link is alive: a ping is answered. */
  void expectAlive() throws IOException {
    frame(Opcode.PING, 4711);
    assertEquals(4711, receive(Opcode.PONG).header().id());
  }

  /** Requires that the server ends the link and says nothing more. */
  void expectEnd() throws IOException {
    try {
      assertEquals(-1, in.read(), "a byte instead of the link's end");
    } catch (SocketException reset) {
      assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
    }
  }

  /** Exactly so many bytes. */
  byte[] read(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the link ended after %d of %d bytes".formatted(bytes.length, length));
    }
    return bytes;
  }

  ServerOpening serverOpening() throws IOException {
    byte[] header = in.readNBytes(OpeningHeader.LENGTH);
    if (header.length < OpeningHeader.LENGTH) {
      throw new EOFException("the link ended before the server's opening");
    }
    int length = OpeningHeader.read(header);
    return ServerOpening.decode(Unpooled.wrappedBuffer(in.readNBytes(length)));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
