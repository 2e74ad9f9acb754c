package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.dst.protocol.Opcode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged streams of frames in arbitrary pieces: heard or malformed, once, and nothing leaks. */
@ExtendWith(Watch.class)
@Timeout(30)
class FrameFuzzTest {
  private static final int STREAMS = 2_000;
  private static final int FRAMES = 6;
  private static final int LIMIT = 40_000;

  /** Takes payloads whose checksum may be wrong. */
  private static final class Ear extends Frames.Listener {
    int frames;

    @Override
    public void onFrame(FrameHeader header, byte[] checksum, ByteBuf payload) {
      frames++;
      assertTrue(malformed.isEmpty(), "nothing is heard after damage");
      assertTrue(header.payloadLength() <= LIMIT);
      assertTrue(!header.toString().isEmpty());
      if (payload != null) {
        assertEquals(header.payloadLength(), payload.readableBytes());
        payload.release();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 20261122})
  void shouldSurviveMutations(long seed) {
    var random = new Random(seed);
    int malformed = 0;
    int heard = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
      var ear = new Ear();
      ear.limit = LIMIT;
      var channel = new EmbeddedChannel(new PlainFrameDecoder(ear, Frames.CHECKSUM));
      ByteBuf wire = stream(random);
      mutate(wire, random);
      List<ByteBuf> pieces = cut(wire, random);
      channel.writeInbound(pieces.toArray());
      channel.finish();
      pieces.forEach(piece -> assertEquals(0, piece.refCnt()));
      assertEquals(1, ear.closed);
      assertTrue(ear.malformed.size() <= 1, "malformed is told once");
      malformed += ear.malformed.size();
      heard += ear.frames;
    }
    assertTrue(malformed > STREAMS / 4, "malformed: " + malformed);
    assertTrue(heard > STREAMS, "heard: " + heard);
  }

  private static ByteBuf stream(Random random) {
    ByteBuf wire = ByteBufAllocator.DEFAULT.heapBuffer();
    for (int i = 0; i < FRAMES; i++) {
      Opcode opcode = Opcode.values()[random.nextInt(Opcode.values().length)];
      int size = random.nextInt(4) == 0 ? random.nextInt(LIMIT) : random.nextInt(40);
      ByteBuf frame =
          Frames.encode(new FrameHeader().start(opcode, random.nextInt(65536), i), new byte[size]);
      wire.writeBytes(frame);
      frame.release();
    }
    return wire;
  }

  /** Half of the damage hits the first header, and half of that gets a CRC that fits it. */
  private static void mutate(ByteBuf wire, Random random) {
    int at = random.nextInt(random.nextBoolean() ? FrameHeader.LENGTH : wire.writerIndex());
    wire.setByte(at, random.nextInt());
    if (random.nextBoolean()) {
      byte[] header = new byte[FrameHeader.LENGTH - 4];
      wire.getBytes(0, header);
      CRC32C crc = new CRC32C();
      crc.update(header);
      wire.setInt(header.length, (int) crc.getValue());
    }
    if (random.nextInt(8) == 0) {
      wire.writerIndex(random.nextInt(wire.writerIndex()));
    }
  }

  /** Copies, so that every piece can be asked whether it was given back. */
  private static List<ByteBuf> cut(ByteBuf wire, Random random) {
    List<ByteBuf> pieces = new ArrayList<>();
    while (wire.isReadable()) {
      int length = 1 + random.nextInt(random.nextBoolean() ? 20 : 30_000);
      pieces.add(wire.readBytes(Math.min(length, wire.readableBytes())));
    }
    wire.release();
    return pieces;
  }
}
