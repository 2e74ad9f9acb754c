package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Allocates a channel's read buffers: the unfilled rest of the body that a {@link
 * HeaderBodyDecoder} waits for, a buffer for just a header after such a body, or an ordinary buffer
 * of adaptive size. At most one read is in progress. The decoder may be paused or ended between
 * allocation and delivery (io_uring reads later than it allocates), but nothing else is written to
 * the body meanwhile, so the bytes still land where they belong.
 *
 * <p>Must be installed when the channel is initialised: Netty asks for the handle once, at the
 * first read.
 */
public final class InPlaceReceiver implements RecvByteBufAllocator {
  private static final int MINIMUM = 512;
  private static final int INITIAL = 16 << 10;
  private static final int MAXIMUM = 128 << 10;
  private static final int READS_PER_LOOP = 32;

  private static final RecvByteBufAllocator ADAPTIVE =
      new AdaptiveRecvByteBufAllocator(MINIMUM, INITIAL, MAXIMUM)
          .maxMessagesPerRead(READS_PER_LOOP);

  private HeaderBodyDecoder decoder;

  /** Returns the receiver of {@code channel}, installing one if necessary. */
  public static InPlaceReceiver of(Channel channel) {
    if (channel.config().getRecvByteBufAllocator() instanceof InPlaceReceiver present) {
      return present;
    }
    InPlaceReceiver receiver = new InPlaceReceiver();
    channel.config().setRecvByteBufAllocator(receiver);
    return receiver;
  }

  /** Makes {@code decoder} the one that is asked first. Event loop only. */
  void serve(HeaderBodyDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  @SuppressWarnings("deprecation") // the interface's own signature
  public Handle newHandle() {
    return new InPlaceHandle((ExtendedHandle) ADAPTIVE.newHandle());
  }

  private final class InPlaceHandle extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle ordinary;

    InPlaceHandle(ExtendedHandle ordinary) {
      super(ordinary);
      this.ordinary = ordinary;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      if (decoder == null) {
        return ordinary.allocate(allocator);
      }
      ByteBuf target = decoder.inPlaceTarget();
      if (target != null) {
        return target;
      }
      int header = decoder.readLimit();
      return header > 0 ? allocator.ioBuffer(header, header) : ordinary.allocate(allocator);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return ordinary.continueReading(maybeMoreData);
    }
  }
}
