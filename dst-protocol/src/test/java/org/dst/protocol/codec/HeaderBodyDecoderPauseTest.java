package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A decoder that pauses at a header holds that record back until it resumes. */
@Timeout(30)
class HeaderBodyDecoderPauseTest {
  private final List<Integer> lengths = new ArrayList<>();
  private final HeaderBodyDecoder decoder = new PausingDecoder();
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

  /** One byte of length; pauses at every header. */
  private final class PausingDecoder extends HeaderBodyDecoder {
    PausingDecoder() {
      super(1);
    }

    @Override
    protected long parseHeader(byte[] header) {
      setPaused(true);
      return header[0];
    }

    @Override
    protected void onMessage(byte[] header, ByteBuf body) {
      lengths.add((int) header[0]);
      if (body != null) {
        body.release();
      }
    }

    @Override
    protected void onMalformed(MalformedException cause) {
      throw new AssertionError(cause);
    }

    @Override
    protected void onReadComplete() {
      // nothing is written
    }
  }

  private void receive(int... bytes) {
    ByteBuf in = Unpooled.buffer();
    for (int value : bytes) {
      in.writeByte(value);
    }
    channel.writeInbound(in);
  }

  @Test
  void shouldHoldBackARecordWithoutBodyWhoseHeaderWasTheLastToCome() {
    receive(0);
    assertEquals(List.of(), lengths);
    assertFalse(channel.config().isAutoRead());
    decoder.setPaused(false);
    assertEquals(List.of(0), lengths);
    assertTrue(channel.config().isAutoRead());
    channel.finish();
  }

  @Test
  void shouldHoldBackABodyThatIsThereAlready() {
    receive(2, 7, 7, 0);
    assertEquals(List.of(), lengths);
    decoder.setPaused(false);
    assertEquals(List.of(2), lengths);
    decoder.setPaused(false);
    assertEquals(List.of(2, 0), lengths);
    channel.finish();
  }
}
