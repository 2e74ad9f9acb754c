package org.dst.server.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.BiConsumer;
import org.dst.crypto.checksum.Checksums;
import org.dst.protocol.MalformedException;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.codec.RecordDecoder;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first phase of an accepted link: agrees with the client on what is spoken. */
final class OpeningHandler extends RecordDecoder {
  private static final Logger log = LoggerFactory.getLogger(OpeningHandler.class);

  private final BiConsumer<Channel, ServerOpening> agreed;

  /** Calls {@code agreed} when both sides have; the handler has left the pipeline then. */
  OpeningHandler(BiConsumer<Channel, ServerOpening> agreed) {
    super(OpeningHeader.LENGTH);
    this.agreed = agreed;
  }

  @Override
  protected long parseHeader(byte[] header) throws MalformedException {
    return OpeningHeader.read(header);
  }

  @Override
  protected void onRecord(byte[] header, ByteBuf body) throws MalformedException {
    ServerOpening answer;
    try {
      if (body == null) {
        throw new MalformedException("empty opening");
      }
      answer = answer(ClientOpening.decode(body));
    } finally {
      if (body != null) {
        body.release();
      }
    }
    Channel channel = context().channel();
    ByteBuf out = channel.alloc().directBuffer();
    answer.encode(out);
    if (answer.refusal() != RefusalCode.NONE) {
      end();
      log.warn("refused the link from {}: {}", channel.remoteAddress(), answer.text());
      channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    channel.writeAndFlush(out, channel.voidPromise());
    agreed.accept(channel, answer);
    channel.pipeline().remove(this);
  }

  private static ServerOpening answer(ClientOpening opening) {
    int version = OpeningHeader.VERSION;
    if (opening.minVersion() > version || opening.maxVersion() < version) {
      return ServerOpening.refuse(
          RefusalCode.VERSION,
          SecurityMode.PLAIN,
          "server speaks protocol version %d; client offered %d to %d"
              .formatted(version, opening.minVersion(), opening.maxVersion()));
    }
    if (opening.mode() != SecurityMode.PLAIN) {
      return ServerOpening.refuse(
          RefusalCode.SECURITY_MODE,
          SecurityMode.PLAIN,
          "server offers plain links only; client requires " + opening.mode().label());
    }
    int unknown = opening.extensions().firstUnknownCritical();
    if (unknown >= 0) {
      return ServerOpening.refuse(
          RefusalCode.INVALID,
          SecurityMode.PLAIN,
          "parameter 0x%04x of the opening is not supported".formatted(unknown));
    }
    String checksum = Checksums.choose(opening.checksums(), Checksums.names());
    if (checksum == null) {
      return ServerOpening.refuse(
          RefusalCode.ALGORITHM,
          SecurityMode.PLAIN,
          "no checksum in common: server has %s; client has %s"
              .formatted(
                  String.join(", ", Checksums.names()), String.join(", ", opening.checksums())));
    }
    return new ServerOpening(
        RefusalCode.NONE, version, SecurityMode.PLAIN, "", checksum, "", Extensions.NONE);
  }

  @Override
  protected void onMalformed(MalformedException cause) {
    log.warn(
        "closed the link from {}: {}; not a DST client",
        context().channel().remoteAddress(),
        cause.getMessage());
    context().close();
  }

  @Override
  protected void onReadComplete() {
    // the only answer has been flushed already
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("link from {} failed", context.channel().remoteAddress(), cause);
    context.close();
  }
}
