package org.dst.client.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.MalformedException;
import org.dst.protocol.codec.HeaderBodyDecoder;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;

/** The first phase of a link on the client: sends the opening and checks the server's answer. */
final class ClientOpeningHandler extends HeaderBodyDecoder {
  private final ServerAddress server;
  private final Duration timeout;
  private final Outcome outcome;
  private final ByteArrayOutputStream prologue = new ByteArrayOutputStream();
  private byte[] received = new byte[0];
  private ScheduledFuture<?> timer;
  private ClientOpening offer;
  private boolean over;

  /** Learns how the opening ended; one of the two is called, once. */
  interface Outcome {
    /**
     * Both sides agree; the handler is about to leave the pipeline.
     *
     * @param prologue both openings as they were sent, the client's first
     */
    void agreed(Channel channel, ServerOpening answer, byte[] prologue);

    void failed(LinkFailure failure);
  }

  ClientOpeningHandler(ServerAddress server, Duration timeout, Outcome outcome) {
    super(OpeningHeader.LENGTH);
    this.server = server;
    this.timeout = timeout;
    this.outcome = outcome;
  }

  void start(ClientOpening opening) {
    offer = opening;
    Channel channel = context().channel();
    timer =
        channel
            .eventLoop()
            .schedule(() -> fail(silent()), timeout.toMillis(), TimeUnit.MILLISECONDS);
    ByteBuf out = channel.alloc().directBuffer();
    opening.encode(out);
    prologue.writeBytes(ByteBufUtil.getBytes(out));
    channel.writeAndFlush(out, channel.voidPromise());
  }

  @Override
  protected long parseHeader(byte[] header) throws MalformedException {
    received = header.clone();
    return OpeningHeader.read(header);
  }

  @Override
  protected void onMessage(byte[] header, ByteBuf body) throws MalformedException {
    ServerOpening answer =
        message(
            body,
            "opening",
            bytes -> {
              prologue.writeBytes(header);
              prologue.writeBytes(ByteBufUtil.getBytes(bytes));
              return ServerOpening.decode(bytes);
            });
    if (answer.refusal() != RefusalCode.NONE) {
      fail(
          new LinkFailure(
              LinkFailure.Kind.REFUSED,
              answer.refusal(),
              "server %s refused the link: %s".formatted(server, answer.text())));
      return;
    }
    checkAgainstOffer(answer);
    if (finish()) {
      Channel channel = context().channel();
      outcome.agreed(channel, answer, prologue.toByteArray());
      channel.pipeline().remove(this);
    }
  }

  private void checkAgainstOffer(ServerOpening answer) throws MalformedException {
    int unknown = answer.extensions().firstUnknownCritical();
    if (unknown >= 0) {
      throw new MalformedException("it requires unknown parameter 0x%04x".formatted(unknown));
    }
    if (answer.version() != OpeningHeader.VERSION
        || answer.mode() != offer.mode()
        || !(offer.ciphers().isEmpty() ? List.of("") : offer.ciphers()).contains(answer.cipher())
        || !offer.checksums().contains(answer.checksum())) {
      throw new MalformedException(
          "it chose version %d, mode %s, cipher '%s', checksum '%s' (offered: %d, %s, '%s', %s)"
              .formatted(
                  answer.version(),
                  answer.mode(),
                  answer.cipher(),
                  answer.checksum(),
                  OpeningHeader.VERSION,
                  offer.mode(),
                  String.join("' or '", offer.ciphers()),
                  String.join(" or ", offer.checksums())));
    }
  }

  @Override
  protected void onMalformed(MalformedException cause) {
    fail(notDst("answered as " + guess() + " (" + cause.getMessage() + ")"));
  }

  @Override
  protected void onReadComplete() {
    // everything was flushed when it was written
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    super.channelInactive(context);
    fail(notDst("closed the connection before it answered the opening"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(
        LinkFailure.of(
            LinkFailure.Kind.UNREACHABLE,
            "link to %s failed: %s".formatted(server, cause.getMessage())));
  }

  private String guess() {
    String start = new String(received, StandardCharsets.ISO_8859_1);
    if (start.startsWith("NBDMAGIC")) {
      return "an NBD server; point an NBD client there, or dst at a dstd";
    }
    if (start.startsWith("HTTP/")) {
      return "an HTTP server";
    }
    if (start.startsWith("SSH-")) {
      return "an SSH server";
    }
    return "something other than DST";
  }

  private LinkFailure silent() {
    return LinkFailure.of(
        LinkFailure.Kind.UNREACHABLE,
        "%s accepted the connection but did not answer within %d s"
            .formatted(server, timeout.toSeconds()));
  }

  private LinkFailure notDst(String what) {
    return LinkFailure.of(
        LinkFailure.Kind.NOT_DST, "%s is not a DST server: it %s".formatted(server, what));
  }

  private boolean finish() {
    if (over) {
      return false;
    }
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
    return true;
  }

  private void fail(LinkFailure failure) {
    end();
    if (finish()) {
      context().close();
      outcome.failed(failure);
    }
  }
}
