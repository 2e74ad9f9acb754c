package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.dst.protocol.Opcode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(30)
class FrameWriterTest {
  private final EmbeddedChannel out = new EmbeddedChannel();
  private final FrameWriter writer = new PlainFrameWriter(out, Frames.CHECKSUM, Frames::crc);
  private final Frames.Listener listener = new Frames.Listener();
  private final EmbeddedChannel in =
      new EmbeddedChannel(new PlainFrameDecoder(listener, Frames.CHECKSUM));

  private int deliver() {
    writer.flush();
    int pieces = 0;
    for (ByteBuf piece = out.readOutbound(); piece != null; piece = out.readOutbound()) {
      in.writeInbound(piece);
      pieces++;
    }
    return pieces;
  }

  @Test
  void shouldWriteARunOfSmallFramesAsOnePiece() {
    for (int i = 0; i < 20; i++) {
      writer.write(new FrameHeader().start(Opcode.READ, 0, i), null);
    }
    assertNull(out.readOutbound(), "nothing leaves before the flush");
    assertEquals(1, deliver());
    assertEquals(20, listener.heard.size());
    assertEquals(0, deliver());
    writer.close();
  }

  @Test
  void shouldPassPayloadsOnUncopied() {
    ByteBuf payload = ByteBufAllocator.DEFAULT.directBuffer().writeLong(42);
    writer.write(new FrameHeader().start(Opcode.WRITE, 0, 1), payload);
    writer.flush();
    ByteBuf head = out.readOutbound();
    assertEquals(FrameHeader.LENGTH + Frames.CHECKSUM, head.readableBytes());
    ByteBuf sent = out.readOutbound();
    assertSame(payload, sent);
    writer.close();
    assertTrue(head.release());
    assertTrue(sent.release());
  }

  @Test
  void shouldMakeAFrameAroundAPayloadThatMayBeOverwritten() {
    ByteBuf payload = FrameWriter.payloadBuffer(ByteBufAllocator.DEFAULT, 8).writeLong(42);
    writer.write(new FrameHeader().start(Opcode.READ, 0, 1), null);
    writer.writeOwned(new FrameHeader().start(Opcode.REPLY, 0, 2), payload);
    writer.writeOwned(new FrameHeader().start(Opcode.REPLY, 0, 3), null);
    assertEquals(3, deliver(), "one piece for the frame, and what is before and behind");
    assertEquals(List.of(1L, 2L, 3L), listener.heard.stream().map(Frames.Heard::id).toList());
    assertEquals(List.of(0, 8, 0), listener.heard.stream().map(h -> h.payload().size()).toList());
    assertEquals(0, payload.refCnt());
    writer.close();
  }

  @Test
  void shouldKeepTheStreamWholeWhenAPayloadIsEmpty() {
    ByteBuf empty = ByteBufAllocator.DEFAULT.directBuffer();
    writer.write(new FrameHeader().start(Opcode.REPLY, 0, 1), empty);
    writer.write(new FrameHeader().start(Opcode.PING, 0, 2), null);
    deliver();
    assertEquals(List.of(), listener.malformed);
    assertEquals(List.of(1L, 2L), listener.heard.stream().map(Frames.Heard::id).toList());
    assertEquals(0, empty.refCnt());
    writer.close();
  }

  @Test
  void shouldKeepTheOrderOverManyBatches() {
    for (int i = 0; i < 1000; i++) {
      ByteBuf payload = null;
      if (i % 3 == 0) {
        payload = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(Frames.bytes(i, 1 + i));
      }
      writer.write(new FrameHeader().start(Opcode.WRITE, 0, i), payload);
    }
    deliver();
    for (int i = 0; i < 1000; i++) {
      assertEquals(i, listener.heard.get(i).id());
      assertEquals(i % 3 == 0 ? 1 + i : 0, listener.heard.get(i).payload().size());
    }
    writer.close();
  }
}
