package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/** Frames for tests: made, written down, and heard again. */
final class Frames {
  static final int CHECKSUM = 4;

  private Frames() {}

  /** A payload's CRC32C, big-endian. */
  static void crc(ByteBuf payload, byte[] into) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBufUtil.getBytes(payload));
    Unpooled.wrappedBuffer(into).setInt(0, (int) crc.getValue());
  }

  /** One frame of every opcode, with a payload where {@code payload} is not 0 bytes long. */
  static List<ByteBuf> ofEveryKind(int payload) {
    List<ByteBuf> frames = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      FrameHeader header = new FrameHeader().start(opcode, opcode.code(), 1000 + opcode.code());
      header.status(Status.NO_SPACE).watermark(7).range(1L << 40, 1L << 33);
      frames.add(encode(header, bytes(opcode.code(), payload)));
    }
    return frames;
  }

  /** The bytes of a frame. */
  static ByteBuf encode(FrameHeader header, byte[] payload) {
    ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer();
    header.write(out, payload.length);
    if (payload.length > 0) {
      byte[] checksum = new byte[CHECKSUM];
      crc(Unpooled.wrappedBuffer(payload), checksum);
      out.writeBytes(checksum).writeBytes(payload);
    }
    return out;
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** What a listener heard of one frame. */
  record Heard(
      int opcode,
      int flags,
      Status status,
      long id,
      long watermark,
      long offset,
      long count,
      List<Byte> payload) {}

  /** Keeps what it hears; checks the checksum of every payload and gives the payload back. */
  static class Listener implements FrameListener {
    final List<Heard> heard = new ArrayList<>();
    final List<MalformedException> malformed = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    int limit = Limits.MAX_CONTROL_PAYLOAD;
    int closed;

    @Override
    public int maxPayload(FrameHeader header) {
      return limit;
    }

    @Override
    public int maxPayload() {
      return limit;
    }

    @Override
    public void onFrame(FrameHeader header, byte[] checksum, ByteBuf payload)
        throws MalformedException {
      byte[] bytes = new byte[0];
      if (payload != null) {
        byte[] expected = new byte[CHECKSUM];
        crc(payload, expected);
        assertArrayEquals(expected, Arrays.copyOf(checksum, CHECKSUM));
        bytes = ByteBufUtil.getBytes(payload);
        payload.release();
      }
      assertEquals(header.payloadLength(), bytes.length);
      List<Byte> boxed = new ArrayList<>();
      for (byte b : bytes) {
        boxed.add(b);
      }
      heard.add(
          new Heard(
              header.opcodeCode(),
              header.flags(),
              header.status(),
              header.id(),
              header.watermark(),
              header.offset(),
              header.count(),
              boxed));
    }

    @Override
    public void onMalformed(MalformedException cause) {
      malformed.add(cause);
    }

    @Override
    public void onException(Throwable cause) {
      failures.add(cause);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onClosed() {
      closed++;
    }
  }
}
