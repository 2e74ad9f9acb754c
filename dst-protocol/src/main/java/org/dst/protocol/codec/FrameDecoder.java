package org.dst.protocol.codec;

import io.netty.channel.ChannelHandlerContext;
import org.dst.protocol.MalformedException;

/** Decodes the frames of a link, plain or sealed, and passes them to a {@link FrameListener}. */
public abstract class FrameDecoder extends HeaderBodyDecoder {
  final FrameListener listener;

  FrameDecoder(FrameListener listener, int headerLength) {
    super(headerLength);
    this.listener = listener;
  }

  /**
   * Creates the decoder of a link.
   *
   * @param checksumLength bytes of a payload checksum
   * @param security opens the link's records; null for a plain link
   */
  public static FrameDecoder of(FrameListener listener, int checksumLength, LinkSecurity security) {
    return security == null
        ? new PlainFrameDecoder(listener, checksumLength)
        : new SealedFrameDecoder(listener, checksumLength, security.opener());
  }

  @Override
  protected final void onMalformed(MalformedException cause) {
    listener.onMalformed(cause);
  }

  @Override
  protected final void onReadComplete() {
    listener.onReadComplete();
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext context) {
    listener.onWritabilityChanged();
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    listener.onException(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    super.channelInactive(context);
    listener.onClosed();
  }
}
