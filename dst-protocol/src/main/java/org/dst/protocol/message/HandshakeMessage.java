package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * A message of the handshake phase, between the opening and the first frame.
 *
 * <pre>
 *   0  u8   kind: 0 Noise message, 1 refusal
 *   1  u8   zero, checked
 *   2  u16  length of the rest, at most 4096
 *   4       the rest
 * </pre>
 */
public sealed interface HandshakeMessage {
  /** Length of the header, in bytes. */
  int HEADER_LENGTH = 4;

  /** Appends the message, its header included. */
  void encode(ByteBuf out);

  /**
   * A message of the Noise protocol.
   *
   * @param bytes the Noise message
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
   * The server refuses the handshake. Not authenticated: anybody on the path can forge one.
   *
   * @param code tells the client how to react
   * @param text human-readable reason
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
   * Parses the header of a message.
   *
   * @return the length of the rest, in bytes
   * @throws MalformedException if the header is invalid or the rest too long
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

  /** Decodes the rest of a message whose header {@link #length} has parsed. */
  static HandshakeMessage decode(byte[] header, ByteBuf rest) throws MalformedException {
    return header[0] == Refusal.KIND ? Refusal.decode(rest) : new Noise(ByteBufUtil.getBytes(rest));
  }
}
