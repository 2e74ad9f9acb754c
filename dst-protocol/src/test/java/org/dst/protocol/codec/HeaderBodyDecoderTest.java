package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dst.protocol.MalformedException;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(30)
class HeaderBodyDecoderTest {
  private final List<String> heard = new ArrayList<>();

  /** One byte of length; 0x80 asks for the body to be skipped. */
  private final class Records extends HeaderBodyDecoder {
    private final String name;
    private final Consumer<Records> onEach;

    Records(String name, Consumer<Records> onEach) {
      super(1);
      this.name = name;
      this.onEach = onEach;
    }

    @Override
    protected long parseHeader(byte[] header) {
      return header[0] < 0 ? skip(header[0] & 0x7f) : header[0];
    }

    @Override
    protected void onMessage(byte[] header, ByteBuf body) {
      heard.add(name + (body == null ? "-" : ByteBufUtil.hexDump(body)));
      if (body != null) {
        body.release();
      }
      onEach.accept(this);
    }

    @Override
    protected void onMalformed(MalformedException cause) {
      throw new AssertionError(cause);
    }

    @Override
    protected void onReadComplete() {
      heard.add("complete");
    }
  }

  private static ByteBuf bytes(int... values) {
    ByteBuf out = Unpooled.directBuffer();
    for (int value : values) {
      out.writeByte(value);
    }
    return out;
  }

  @Test
  void shouldSkipABodyInPieces() {
    var channel = new EmbeddedChannel(new Records("a", r -> {}));
    channel.writeInbound(bytes(0x83, 1), bytes(2), bytes(3, 0x80, 0, 1, 9));
    assertEquals(List.of("a-", "a-", "a-", "a09", "complete"), heard);
    channel.finish();
  }

  @Test
  void shouldKeepWhatComesDuringAPauseInOrder() {
    var records = new Records("a", r -> r.setPaused(true));
    var channel = new EmbeddedChannel(records);
    channel.writeInbound(bytes(1, 7, 1), bytes(8, 1), bytes(9));
    assertFalse(channel.config().isAutoRead());
    assertEquals(List.of("a07", "complete"), heard);
    records.setPaused(false);
    assertEquals(List.of("a07", "complete", "a08", "complete"), heard);
    assertFalse(channel.config().isAutoRead());
    records.setPaused(false);
    records.setPaused(false);
    assertEquals(List.of("a09", "complete"), heard.subList(4, 6));
    assertTrue(channel.config().isAutoRead());
    channel.finish();
  }

  @Test
  void shouldGoOnWhenAPauseEndsWithinTheSameRecord() {
    var channel =
        new EmbeddedChannel(
            new Records(
                "a",
                r -> {
                  r.setPaused(true);
                  r.setPaused(false);
                }));
    channel.writeInbound(bytes(1, 7, 1, 8));
    assertEquals(List.of("a07", "a08", "complete"), heard);
    assertTrue(channel.config().isAutoRead());
    channel.finish();
  }

  @Test
  void shouldDropABacklogWhenTheChannelCloses() {
    var channel = new EmbeddedChannel(new Records("a", r -> r.setPaused(true)));
    ByteBuf in = bytes(0, 0, 0);
    channel.writeInbound(in);
    assertEquals(1, in.refCnt());
    channel.finish();
    assertEquals(0, in.refCnt());
  }

  @Test
  void shouldHandWhatFollowsToItsSuccessor() {
    ChannelHandler successor = new Records("b", r -> {});
    var first = new Records("a", r -> r.context().pipeline().replace(r, null, successor));
    var channel = new EmbeddedChannel(first);
    channel.writeInbound(bytes(1, 7, 2, 8), bytes(9));
    assertEquals(List.of("a07", "b0809", "complete"), heard);
    channel.finish();
  }

  @Test
  void shouldHandWhatFollowsToAHandlerThatItAddedBeforeItLeft() {
    var first =
        new Records(
            "a",
            r -> {
              r.context().pipeline().addLast(new Records("b", b -> {}));
              r.context().pipeline().remove(r);
            });
    var channel = new EmbeddedChannel(first);
    channel.writeInbound(bytes(1, 7, 2, 8), bytes(9));
    assertEquals(List.of("a07", "b0809", "complete"), heard);
    channel.finish();
  }

  @Test
  void shouldHandItsBacklogToItsSuccessor() {
    var first = new Records("a", r -> r.setPaused(true));
    var channel = new EmbeddedChannel(first);
    channel.writeInbound(bytes(1, 7, 1, 8));
    channel.pipeline().replace(first, null, new Records("b", r -> {}));
    assertEquals(List.of("a07", "complete", "b08", "complete"), heard);
    assertTrue(channel.config().isAutoRead());
    channel.finish();
  }

  @Test
  void shouldDropWhatFollowsTheEnd() {
    var channel = new EmbeddedChannel(new Records("a", HeaderBodyDecoder::end));
    ByteBuf in = bytes(0, 0, 0);
    channel.writeInbound(in);
    assertEquals(List.of("a-", "complete"), heard);
    assertEquals(0, in.refCnt());
    channel.finish();
  }
}
