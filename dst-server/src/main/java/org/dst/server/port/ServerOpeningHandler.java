package org.dst.server.port;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import org.dst.protocol.MalformedException;
import org.dst.protocol.codec.HeaderBodyDecoder;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The opening phase of an accepted link: negotiates version, mode, cipher and checksum. */
final class ServerOpeningHandler extends HeaderBodyDecoder {
  private static final Logger log = LoggerFactory.getLogger(ServerOpeningHandler.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final OpeningNegotiation negotiation;
  private final PortLog portLog;
  private final Agreed agreed;

  /** Continues a link whose opening succeeded. */
  interface Agreed {
    /**
     * Adds its own handler at the end of the pipeline.
     *
     * @param prologue both openings as they were sent, the client's first
     */
    void proceed(Channel channel, ServerOpening opening, byte[] prologue);
  }

  /** Calls {@code agreed} when the opening succeeds; the handler then leaves the pipeline. */
  ServerOpeningHandler(OpeningNegotiation negotiation, PortLog portLog, Agreed agreed) {
    super(OpeningHeader.LENGTH);
    this.negotiation = negotiation;
    this.portLog = portLog;
    this.agreed = agreed;
  }

  @Override
  protected long parseHeader(byte[] header) throws MalformedException {
    return OpeningHeader.read(header);
  }

  @Override
  protected void onMessage(byte[] header, ByteBuf body) throws MalformedException {
    ByteArrayOutputStream prologue = new ByteArrayOutputStream();
    ClientOpening opening =
        message(
            body,
            "opening",
            bytes -> {
              prologue.writeBytes(header);
              prologue.writeBytes(ByteBufUtil.getBytes(bytes));
              return ClientOpening.decode(bytes);
            });
    ServerOpening answer = negotiation.answer(opening, freshness());
    Channel channel = context().channel();
    ByteBuf out = channel.alloc().directBuffer();
    answer.encode(out);
    prologue.writeBytes(ByteBufUtil.getBytes(out));
    if (answer.refusal() != RefusalCode.NONE) {
      end();
      portLog.disagreed(channel, answer.text());
      channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    channel.writeAndFlush(out, channel.voidPromise());
    agreed.proceed(channel, answer, prologue.toByteArray());
    channel.pipeline().remove(this);
  }

  private static byte[] freshness() {
    byte[] bytes = new byte[ServerOpening.FRESHNESS_LENGTH];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  @Override
  protected void onMalformed(MalformedException cause) {
    portLog.noClient(context().channel(), cause.getMessage());
    context().close();
  }

  @Override
  protected void onReadComplete() {
    // the only answer is already flushed
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("link from {} failed", context.channel().remoteAddress(), cause);
    context.close();
  }
}
