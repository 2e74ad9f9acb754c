package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.Limits;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Watch.class)
@Timeout(30)
class FrameDecoderTest {
  private final Frames.Listener listener = new Frames.Listener();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(new PlainFrameDecoder(listener, Frames.CHECKSUM));

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100})
  void shouldHearEveryKindOfFrameByteByByte(int payload) {
    List<ByteBuf> frames = Frames.ofEveryKind(payload);
    for (ByteBuf frame : frames) {
      while (frame.isReadable()) {
        channel.writeInbound(frame.readRetainedSlice(1));
      }
      frame.readerIndex(0);
    }
    assertHeard(frames);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100})
  void shouldHearEveryKindOfFrameSplitAnywhere(int payload) {
    for (ByteBuf frame : Frames.ofEveryKind(payload)) {
      int length = frame.readableBytes();
      listener.heard.clear();
      for (int split = 0; split <= length; split++) {
        channel.writeInbound(frame.retainedSlice(0, split));
        assertEquals(split == length ? split + 1 : split, listener.heard.size());
        channel.writeInbound(frame.retainedSlice(split, length - split));
      }
      assertEquals(length + 1, listener.heard.size());
      assertEquals(1, listener.heard.stream().distinct().count());
      assertEquals(1, frame.refCnt());
      frame.release();
    }
    assertTrue(listener.malformed.isEmpty());
  }

  @Test
  void shouldHearAllFramesOfOneRead() {
    List<ByteBuf> frames = Frames.ofEveryKind(33);
    ByteBuf all = Unpooled.compositeBuffer();
    frames.forEach(f -> all.writeBytes(f.duplicate()));
    channel.writeInbound(all);
    assertEquals(0, all.refCnt());
    assertHeard(frames);
  }

  private void assertHeard(List<ByteBuf> frames) {
    assertEquals(frames.size(), listener.heard.size());
    for (int i = 0; i < frames.size(); i++) {
      Opcode opcode = Opcode.values()[i];
      Frames.Heard heard = listener.heard.get(i);
      assertEquals(opcode.code(), heard.opcode());
      assertEquals(opcode.code(), heard.flags());
      assertEquals(Status.NO_SPACE, heard.status());
      assertEquals(1000 + opcode.code(), heard.id());
      assertEquals(7, heard.watermark());
      assertEquals(1L << 40, heard.offset());
      assertEquals(1L << 33, heard.count());
      assertEquals(1, frames.get(i).refCnt());
      frames.get(i).release();
    }
    assertTrue(listener.malformed.isEmpty());
  }

  @Test
  void shouldEndTheStreamAtADamagedBitOfTheHeader() {
    for (int bit = 0; bit < FrameHeader.LENGTH * 8; bit++) {
      var ear = new Frames.Listener();
      var damaged = new EmbeddedChannel(new PlainFrameDecoder(ear, Frames.CHECKSUM));
      ByteBuf frame = Frames.encode(new FrameHeader().start(Opcode.FLUSH, 0, 9), new byte[0]);
      frame.setByte(bit / 8, frame.getByte(bit / 8) ^ 1 << bit % 8);
      damaged.writeInbound(frame, Frames.encode(header(Opcode.PING), new byte[0]));
      assertEquals(1, ear.malformed.size(), "bit " + bit);
      assertTrue(ear.heard.isEmpty(), "nothing after damage is heard");
      assertEquals(0, frame.refCnt());
      damaged.finish();
    }
  }

  @Test
  void shouldSayWhichMagicCame() {
    channel.writeInbound(Unpooled.copiedBuffer(new byte[FrameHeader.LENGTH]));
    assertEquals(
        "frame starts with 0x00 (expected: 0xd5)", listener.malformed.getFirst().getMessage());
  }

  @Test
  void shouldRefuseReservedBits() {
    byte[] bytes = new byte[FrameHeader.LENGTH];
    FrameHeader header = new FrameHeader(bytes).start(Opcode.PING, 0, 1);
    bytes[7] = 1;
    channel.writeInbound(Frames.encode(header, new byte[0]));
    assertTrue(listener.malformed.getFirst().getMessage().contains("reserved bits"));
  }

  @Test
  void shouldPassAnUnknownOpcodeOnSoThatItCanBeAnswered() {
    var ear =
        new Frames.Listener() {
          @Override
          public int maxPayload(FrameHeader header) {
            assertNull(header.opcode());
            return 10;
          }
        };
    var odd = new EmbeddedChannel(new PlainFrameDecoder(ear, Frames.CHECKSUM));
    for (byte[] payload : List.of(new byte[0], new byte[10], new byte[11])) {
      byte[] bytes = new byte[FrameHeader.LENGTH];
      FrameHeader header = new FrameHeader(bytes).start(Opcode.PING, 0, 77);
      bytes[1] = (byte) 0xee;
      assertTrue(header.toString().contains("opcode 238"), header.toString());
      odd.writeInbound(Frames.encode(header, payload));
    }
    assertEquals(List.of(0xee, 0xee), ear.heard.stream().map(Frames.Heard::opcode).toList());
    assertEquals(
        "payload length 11 of opcode 0xee (expected: <= 10)",
        ear.malformed.getFirst().getMessage());
    odd.finish();
  }

  @Test
  void shouldReadAnUnknownStatusAsAnIoError() {
    byte[] bytes = new byte[FrameHeader.LENGTH];
    FrameHeader header = new FrameHeader(bytes).start(Opcode.REPLY, 0, 1);
    bytes[4] = (byte) 0xff;
    channel.writeInbound(Frames.encode(header, new byte[0]));
    assertEquals(Status.IO_ERROR, listener.heard.getFirst().status());
  }

  @Test
  void shouldRefuseAnOversizeLengthBeforeItAllocates() {
    listener.limit = Integer.MAX_VALUE;
    for (int length : new int[] {Limits.MAX_PAYLOAD + 1, Integer.MAX_VALUE, -1}) {
      var ear = new Frames.Listener();
      ear.limit = Integer.MAX_VALUE;
      var counted = new CountingAllocator();
      var huge = new EmbeddedChannel();
      huge.config().setAllocator(counted);
      huge.pipeline().addLast(new PlainFrameDecoder(ear, Frames.CHECKSUM));
      ByteBuf frame = Unpooled.buffer();
      header(Opcode.WRITE).write(frame, length);
      huge.writeInbound(frame.writeByte(0));
      assertTrue(ear.malformed.getFirst().getMessage().contains("expected: <= 33554432"));
      assertEquals(0, counted.allocations);
      huge.finish();
    }
  }

  @Test
  void shouldGiveBackAHalfReadBodyWhenTheChannelCloses() {
    ByteBuf frame = Frames.encode(header(Opcode.WRITE), new byte[50_000]);
    channel.writeInbound(frame.readRetainedSlice(20_000));
    assertFalse(channel.finish());
    assertEquals(1, frame.refCnt());
    assertEquals(1, listener.closed);
    frame.release();
  }

  @Test
  void shouldCloseTheChannelWhenTheListenerFails() {
    var ear =
        new Frames.Listener() {
          @Override
          public int maxPayload(FrameHeader header) {
            throw new IllegalStateException("a bug");
          }
        };
    var broken = new EmbeddedChannel(new PlainFrameDecoder(ear, Frames.CHECKSUM));
    ByteBuf frame = Frames.encode(header(Opcode.WRITE), new byte[5]);
    broken.writeInbound(frame);
    assertEquals("a bug", ear.failures.getFirst().getMessage());
    assertFalse(broken.isActive());
    assertEquals(1, ear.closed);
    assertEquals(0, frame.refCnt());
  }

  @Test
  void shouldHoldAFrameBackWhoseHeaderMadeTheListenerPause() {
    for (ByteBuf frame : Frames.ofEveryKind(5)) {
      holdBack(frame);
    }
    for (ByteBuf frame : Frames.ofEveryKind(0)) {
      holdBack(frame);
    }
  }

  private static void holdBack(ByteBuf frame) {
    int length = frame.readableBytes();
    for (int split = 1; split <= length; split++) {
      FrameDecoder[] decoder = new FrameDecoder[1];
      var ear =
          new Frames.Listener() {
            @Override
            public int maxPayload(FrameHeader header) {
              decoder[0].setPaused(true);
              return 5;
            }
          };
      decoder[0] = new PlainFrameDecoder(ear, Frames.CHECKSUM);
      var paused = new EmbeddedChannel(decoder[0]);
      paused.writeInbound(frame.retainedSlice(0, split));
      paused.writeInbound(frame.retainedSlice(split, length - split));
      boolean asked = length > FrameHeader.LENGTH;
      assertEquals(asked ? 0 : 1, ear.heard.size());
      decoder[0].setPaused(false);
      assertEquals(1, ear.heard.size());
      assertTrue(paused.config().isAutoRead());
      paused.finish();
    }
    assertEquals(1, frame.refCnt());
    frame.release();
  }

  @Test
  void shouldTellTheListenerOfWritability() {
    List<Boolean> told = new ArrayList<>();
    var full = new EmbeddedChannel();
    var writer = new PlainFrameWriter(full, Frames.CHECKSUM, Frames::crc);
    var ear =
        new Frames.Listener() {
          @Override
          public void onWritabilityChanged() {
            told.add(writer.isWritable());
          }
        };
    full.pipeline().addLast(new PlainFrameDecoder(ear, Frames.CHECKSUM));
    full.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    full.runPendingTasks();
    full.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    full.runPendingTasks();
    assertEquals(List.of(false, true), told);
    full.finish();
  }

  private static FrameHeader header(Opcode opcode) {
    return new FrameHeader().start(opcode, 0, 1);
  }
}
