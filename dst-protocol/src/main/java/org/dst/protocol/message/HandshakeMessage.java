package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * One message of the handshake phase, between the openings and the first frame.
 *
 * <pre>
 *   0  u8   kind: 0 Noise message, 1 refusal
 *   1  u8   zero, checked
 *   2  u16  length of the rest, at most 4096
 *   4       the rest
 * </pre>
 */
public sealed interface HandshakeMessage {
  /** Bytes before the rest. */
  int HEADER_LENGTH = 4;

  /** Appends the message, its header included. */
  void encode(ByteBuf out);

  /**
   * A message of the Noise protocol.
   *
   * @param bytes as Noise makes them
   */
  record Noise(byte[] bytes) implements HandshakeMessage {
    private static final int KIND = 0;

    @Override
    public void encode(ByteBuf out) {
      int start = begin(out, KIND);
      out.writeBytes(bytes);
      finish(out, start);
    }
  }

  /**
   * The server takes no part in this handshake. Nothing proves that the server said so.
   *
   * @param code for the client's reaction
   * @param text for people
   */
  record Refusal(RefusalCode code, String text) implements HandshakeMessage {
    private static final int KIND = 1;

    @Override
    public void encode(ByteBuf out) {
      int start = begin(out, KIND);
      out.writeShort(code.code());
      WireFields.writeText(out, text, Limits.MAX_HANDSHAKE / 2);
      finish(out, start);
    }

    private static Refusal decode(ByteBuf in) throws MalformedException {
      WireFields.require(in, 2, "refusal");
      RefusalCode code = RefusalCode.of(in.readUnsignedShort());
      if (code == RefusalCode.NONE) {
        throw new MalformedException("refusal with code 0 (expected: 1 to 65535)");
      }
      String text = WireFields.readString(in, Limits.MAX_HANDSHAKE, "refusal text");
      WireFields.requireEnd(in, "the refusal");
      return new Refusal(code, text);
    }
  }

  private static int begin(ByteBuf out, int kind) {
    int start = out.writerIndex();
    out.writeByte(kind).writeByte(0).writeShort(0);
    return start;
  }

  private static void finish(ByteBuf out, int start) {
    int length = out.writerIndex() - start - HEADER_LENGTH;
    if (length > Limits.MAX_HANDSHAKE) {
      throw new IllegalArgumentException(
          "handshake message of %d bytes (expected: <= %d)"
              .formatted(length, Limits.MAX_HANDSHAKE));
    }
    out.setShort(start + 2, length);
  }

  /**
   * Takes the header of a message.
   *
   * @return the length of the rest, in bytes
   * @throws MalformedException if it is no such header, or the rest is too long
   */
  static int length(byte[] header) throws MalformedException {
    if ((header[0] & 0xff) > Refusal.KIND || header[1] != 0) {
      throw new MalformedException(
          "handshake message of kind 0x%02x%02x (expected: 0x0000 or 0x0100)"
              .formatted(header[0], header[1]));
    }
    int length = (header[2] & 0xff) << 8 | header[3] & 0xff;
    if (length > Limits.MAX_HANDSHAKE) {
      throw new MalformedException(
          "handshake message of %d bytes (expected: <= %d)"
              .formatted(length, Limits.MAX_HANDSHAKE));
    }
    return length;
  }

  /** Reads the rest of a message whose header {@link #length} has taken. */
  static HandshakeMessage decode(byte[] header, ByteBuf rest) throws MalformedException {
    return header[0] == Refusal.KIND ? Refusal.decode(rest) : new Noise(ByteBufUtil.getBytes(rest));
  }
}
