package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.dst.protocol.Access;
import org.dst.protocol.MalformedException;
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
import org.dst.protocol.message.ServerOpening;

/** A client of the export port that sends exactly what a test wants. */
public final class RawDst implements AutoCloseable {
  private static final int CHECKSUM = 4;

  private final RawSocket socket;

  private RawDst(RawSocket socket) {
    this.socket = socket;
  }

  /** A frame that arrived. */
  public record Frame(FrameHeader header, ByteBuf payload) {}

  /** Connects, and says nothing. */
  public static RawDst connected(String address) {
    return new RawDst(RawSocket.tcp(address));
  }

  /** Connects and opens the link: plain, with CRC32C. */
  public static RawDst opened(String address) throws EOFException, MalformedException {
    RawDst dst = connected(address);
    dst.send(opening()::encode);
    ServerOpening answer = dst.serverOpening();
    assertEquals(RefusalCode.NONE, answer.refusal(), answer::text);
    assertEquals("crc32c", answer.checksum(), "checksum");
    return dst;
  }

  /** Connects, opens and attaches to lane 0 of a new session. */
  public static RawDst attached(String address, String export, Access access)
      throws EOFException, MalformedException {
    RawDst dst = opened(address);
    dst.frame(Opcode.ATTACH, header -> {}, attach(export, access)::encode);
    Frame answer = dst.receive();
    assertEquals(Opcode.ATTACHED, answer.header().opcode(), "answer to the attach");
    Attached.decode(answer.payload());
    return dst;
  }

  /** What an ordinary client opens with. */
  public static ClientOpening opening() {
    return new ClientOpening(
        OpeningHeader.VERSION,
        OpeningHeader.VERSION,
        SecurityMode.PLAIN,
        List.of(),
        List.of("crc32c"),
        Extensions.NONE);
  }

  /** What a new client attaches with; a writer puts out whoever came before it. */
  public static Attach attach(String export, Access access) {
    return new Attach(
        UUID.randomUUID(),
        Attach.NO_SESSION,
        0,
        0,
        1,
        1,
        access,
        access == Access.READ_WRITE,
        export,
        "a test",
        Extensions.NONE);
  }

  /** The connection itself. */
  public RawSocket socket() {
    return socket;
  }

  /** Sends what {@code encoder} writes. */
  public void send(Consumer<ByteBuf> encoder) {
    socket.send(ByteBuffer.wrap(encoded(encoder)));
  }

  /** The bytes that {@code encoder} writes. */
  public static byte[] encoded(Consumer<ByteBuf> encoder) {
    ByteBuf out = Unpooled.buffer();
    encoder.accept(out);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  /** The bytes of a frame: a header with what {@code fields} sets, checksum and payload. */
  public static byte[] bytes(
      Opcode opcode, long id, Consumer<FrameHeader> fields, Consumer<ByteBuf> payload) {
    byte[] body = encoded(payload);
    FrameHeader header = new FrameHeader().start(opcode, 0, id);
    fields.accept(header);
    return encoded(
        out -> {
          header.write(out, body.length);
          if (body.length > 0) {
            CRC32C crc = new CRC32C();
            crc.update(body);
            out.writeInt((int) crc.getValue()).writeBytes(body);
          }
        });
  }

  /** A frame with another opcode, known or not, and a header checksum that holds. */
  public static byte[] withOpcode(byte[] frame, int opcode) {
    ByteBuffer copy = ByteBuffer.wrap(frame.clone()).put(1, (byte) opcode);
    CRC32C crc = new CRC32C();
    crc.update(copy.array(), 0, FrameHeader.LENGTH - 4);
    return copy.putInt(FrameHeader.LENGTH - 4, (int) crc.getValue()).array();
  }

  /** Sends a frame with transaction id 1. */
  public void frame(Opcode opcode, Consumer<FrameHeader> fields, Consumer<ByteBuf> payload) {
    socket.send(ByteBuffer.wrap(bytes(opcode, 1, fields, payload)));
  }

  /** Sends a block request for a range and receives how it ended. */
  public Status request(Opcode opcode, long id, long offset, long count, byte[] payload)
      throws EOFException {
    byte[] bytes =
        bytes(
            opcode,
            id,
            header -> header.watermark(id).range(offset, count),
            out -> out.writeBytes(payload));
    socket.send(ByteBuffer.wrap(bytes));
    Frame reply = receive();
    assertEquals(Opcode.REPLY, reply.header().opcode(), "answer to a request");
    assertEquals(id, reply.header().id(), "transaction that is answered");
    return reply.header().status();
  }

  /** Requires that the link lives: a ping is answered. */
  public void assertAlive() throws EOFException {
    socket.send(ByteBuffer.wrap(bytes(Opcode.PING, 4711, header -> {}, out -> {})));
    Frame pong = receive();
    assertEquals(Opcode.PONG, pong.header().opcode(), "answer to a ping");
    assertEquals(4711, pong.header().id(), "id of the answer to a ping");
  }

  /** Receives a frame. */
  public Frame receive() throws EOFException {
    FrameHeader header = new FrameHeader(socket.receive(FrameHeader.LENGTH).array());
    int length = (int) header.payloadLength();
    if (length > 0) {
      socket.receive(CHECKSUM);
    }
    return new Frame(header, Unpooled.wrappedBuffer(socket.receive(length)));
  }

  /** Receives the server's opening. */
  public ServerOpening serverOpening() throws EOFException, MalformedException {
    byte[] header = socket.receive(OpeningHeader.LENGTH).array();
    int length = OpeningHeader.read(header);
    return ServerOpening.decode(Unpooled.wrappedBuffer(socket.receive(length)));
  }

  @Override
  public void close() {
    socket.close();
  }
}
