package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import org.dst.protocol.Limits;

/** Writes frames to a link. Nothing leaves before {@link #flush()}. Event loop only. */
public abstract class FrameWriter {
  private final ChecksumFunction function;
  private final byte[] computed = new byte[Limits.MAX_CHECKSUM];

  FrameWriter(ChecksumFunction function) {
    this.function = function;
  }

  /**
   * The writer of a link.
   *
   * @param checksumLength bytes of what {@code function} computes
   * @param security what seals the link's records; null if it is plain
   * @param listener told when more may be written again, and of failures
   */
  public static FrameWriter of(
      Channel channel,
      int checksumLength,
      ChecksumFunction function,
      LinkSecurity security,
      FrameListener listener) {
    return security == null
        ? new PlainFrameWriter(channel, checksumLength, function)
        : new SealedFrameWriter(channel, checksumLength, function, security.sealing(), listener);
  }

  /**
   * Queues a frame.
   *
   * @param payload its readable bytes are sent and it is released; null or empty for none
   */
  public final void write(FrameHeader header, ByteBuf payload) {
    if (payload != null && payload.isReadable()) {
      function.compute(payload, computed);
    }
    write(header, computed, payload);
  }

  /** Queues a frame whose payload's checksum is known already; without a payload it has none. */
  public abstract void write(FrameHeader header, byte[] checksum, ByteBuf payload);

  /** Sends what was queued. */
  public abstract void flush();

  /** Whether more frames may be written without piling up. */
  public abstract boolean isWritable();

  /** Whether everything that was flushed has been given to the kernel. */
  public abstract boolean isDrained();

  /** Succeeds when everything that was flushed before has been given to the kernel. */
  public abstract ChannelFuture mark();

  /** Gives back what was not emitted; for a link that is closed. */
  public abstract void close();

  static boolean isEmpty(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null || waiting.isEmpty();
  }
}
