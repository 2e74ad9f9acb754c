package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which buffers a channel is given to read into. */
@ExtendWith(Watch.class)
@Timeout(30)
class InPlaceReceiverTest {
  private static final int HEADER = 4;
  private static final int LARGE = 100_000;
  private static final int SMALL = 100;

  private final List<Integer> lengths = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private RecvByteBufAllocator.ExtendedHandle handle;

  /** Four bytes of length. */
  private final class Records extends HeaderBodyDecoder {
    Records() {
      super(HEADER);
    }

    @Override
    protected long parseHeader(byte[] header) {
      return (header[0] & 0xff) << 24
          | (header[1] & 0xff) << 16
          | (header[2] & 0xff) << 8
          | header[3] & 0xff;
    }

    @Override
    protected void onMessage(byte[] header, ByteBuf body) {
      lengths.add(body == null ? 0 : body.readableBytes());
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

  @BeforeEach
  @SuppressWarnings("deprecation") // the interface's own signature
  void addDecoder() {
    channel.pipeline().addLast(new Records());
    RecvByteBufAllocator receiver = channel.config().getRecvByteBufAllocator();
    handle = (RecvByteBufAllocator.ExtendedHandle) receiver.newHandle();
    handle.reset(channel.config());
  }

  /** Reads as a channel does: answers the size of the buffer that {@code bytes} were read into. */
  private int read(byte[] bytes) {
    ByteBuf buffer = handle.allocate(channel.alloc());
    int room = buffer.writableBytes();
    assertTrue(bytes.length <= room, "room for " + bytes.length + " bytes in " + room);
    channel.writeInbound(buffer.writeBytes(bytes));
    return room;
  }

  private static byte[] header(int length) {
    return new byte[] {
      (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
    };
  }

  private void receiveLarge() {
    read(header(LARGE));
    assertEquals(LARGE, read(new byte[LARGE]));
    assertEquals(List.of(LARGE), lengths);
    lengths.clear();
  }

  @Test
  void shouldReadALargeBodyIntoItsPlaceAsSoonAsItsHeaderIsThere() {
    read(header(LARGE));
    assertEquals(LARGE, read(new byte[60_000]));
    assertEquals(LARGE - 60_000, read(new byte[LARGE - 60_000]));
    assertEquals(List.of(LARGE), lengths);
    channel.finish();
  }

  @Test
  void shouldReadOnlyAHeaderAfterALargeBody() {
    receiveLarge();
    assertEquals(HEADER, read(new byte[] {0}));
    assertEquals(HEADER - 1, read(new byte[] {1, (byte) 0x86, (byte) 0xa0}));
    assertEquals(LARGE, read(new byte[LARGE]));
    assertEquals(List.of(LARGE), lengths);
    channel.finish();
  }

  @Test
  void shouldReadAsMuchAsItCanAgainAfterASmallBody() {
    receiveLarge();
    assertEquals(HEADER, read(header(SMALL)));
    assertTrue(read(new byte[SMALL]) > SMALL, "an ordinary buffer for a small body");
    assertTrue(read(header(0)) > HEADER, "an ordinary buffer after a small body");
    assertEquals(List.of(SMALL, 0), lengths);
    channel.finish();
  }
}
