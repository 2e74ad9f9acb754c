package org.dst.system.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.function.Consumer;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;

/** Encodes frames with the real header and the real checksum. */
public final class Frames {
  private static final int SUM = 4;

  private final Checksum checksum = Checksums.create("crc32c");
  private final byte[] sum = new byte[32];

  /** What was found in the bytes of a frame. */
  public record Frame(FrameHeader header, boolean intact, ByteBuf payload) {}

  /** The bytes of a frame. */
  public byte[] encode(FrameHeader header, ByteBuf payload) {
    if (payload == null) {
      return encode(header, null, null);
    }
    checksum.compute(payload, sum);
    return encode(header, sum, payload);
  }

  /** The bytes of a frame whose checksum was taken before. */
  public byte[] encode(FrameHeader header, byte[] taken, ByteBuf payload) {
    int length = payload == null ? 0 : payload.readableBytes();
    ByteBuf out = Unpooled.buffer(FrameHeader.LENGTH + (length == 0 ? 0 : SUM + length));
    header.write(out, length);
    if (length > 0) {
      out.writeBytes(taken, 0, SUM);
      out.writeBytes(payload, payload.readerIndex(), length);
    }
    return Arrays.copyOf(out.array(), out.readableBytes());
  }

  /** The bytes of a frame with a message. */
  public byte[] encode(Opcode opcode, Consumer<ByteBuf> message) {
    ByteBuf payload = Unpooled.buffer();
    message.accept(payload);
    return encode(new FrameHeader().start(opcode, 0, 0), payload);
  }

  /** Computes the checksum of a payload at intake. */
  public void compute(ByteBuf payload, byte[] into) {
    checksum.compute(payload, into);
  }

  /** Whether a payload still has that checksum. */
  public boolean matches(ByteBuf payload, byte[] taken) {
    return checksum.matches(payload, taken);
  }

  /** Reads a frame; a damaged header ends the link. */
  public Frame decode(byte[] bytes) throws MalformedException {
    FrameHeader header = new FrameHeader(Arrays.copyOf(bytes, FrameHeader.LENGTH));
    header.check();
    if (bytes.length == FrameHeader.LENGTH) {
      return new Frame(header, true, null);
    }
    ByteBuf payload =
        Unpooled.wrappedBuffer(
            bytes, FrameHeader.LENGTH + SUM, bytes.length - FrameHeader.LENGTH - SUM);
    byte[] sent = Arrays.copyOfRange(bytes, FrameHeader.LENGTH, FrameHeader.LENGTH + SUM);
    return new Frame(header, checksum.matches(payload, sent), payload);
  }
}
