package org.dst.client.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.dst.crypto.noise.ClientHandshake;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.noise.NoiseException;
import org.dst.protocol.MalformedException;
import org.dst.protocol.codec.HeaderBodyDecoder;
import org.dst.protocol.message.HandshakeMessage;

/**
 * The second phase of a link on the client: the Noise handshake, by which both sides prove their
 * keys.
 */
final class ClientHandshakeHandler extends HeaderBodyDecoder {
  private final ServerAddress server;
  private final String advice;
  private final ClientHandshake handshake;
  private final Duration timeout;
  private final Outcome outcome;
  private ScheduledFuture<?> timer;
  private boolean over;

  /** Learns how the handshake ended; one of the two is called, once. */
  interface Outcome {
    void proved(Channel channel, HandshakeResult secrets);

    void failed(LinkFailure failure);
  }

  ClientHandshakeHandler(
      ServerAddress server,
      ClientSecurity security,
      byte[] prologue,
      Duration timeout,
      Outcome outcome) {
    super(HandshakeMessage.HEADER_LENGTH);
    this.server = server;
    this.timeout = timeout;
    this.outcome = outcome;
    advice = security.advice();
    handshake = security.handshake(prologue);
  }

  /** Sends the first message; the handler is in its pipeline. */
  void start() {
    Channel channel = context().channel();
    timer =
        channel
            .eventLoop()
            .schedule(() -> fail(silent()), timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      HandshakeMessage first = new HandshakeMessage.Noise(handshake.begin());
      ByteBuf out = channel.alloc().directBuffer();
      first.encode(out);
      channel.writeAndFlush(out, channel.voidPromise());
    } catch (NoiseException noKey) {
      fail(unproven("its public key is invalid"));
    }
  }

  @Override
  protected long parseHeader(byte[] header) throws MalformedException {
    return HandshakeMessage.length(header);
  }

  @Override
  protected void onMessage(byte[] header, ByteBuf body) throws MalformedException {
    HandshakeMessage message =
        message(body, "handshake message", bytes -> HandshakeMessage.decode(header, bytes));
    switch (message) {
      case HandshakeMessage.Noise noise -> take(noise.bytes());
      case HandshakeMessage.Refusal refusal ->
          fail(
              new LinkFailure(
                  LinkFailure.Kind.REFUSED,
                  refusal.code(),
                  "server %s, or someone in between, refused the link: %s; %s"
                      .formatted(server, refusal.text(), advice)));
    }
  }

  private void take(byte[] answer) {
    HandshakeResult secrets;
    try {
      secrets = handshake.finish(answer);
    } catch (NoiseException wrong) {
      fail(unproven("it has another key, or someone in between altered the handshake"));
      return;
    }
    if (!finish()) {
      secrets.destroy();
      return;
    }
    Channel channel = context().channel();
    outcome.proved(channel, secrets);
    channel.pipeline().remove(this);
  }

  private LinkFailure unproven(String why) {
    return LinkFailure.of(
        LinkFailure.Kind.UNPROVEN,
        "%s did not prove to be the server: %s; %s".formatted(server, why, advice));
  }

  private LinkFailure silent() {
    return LinkFailure.of(
        LinkFailure.Kind.UNREACHABLE,
        "%s did not answer the handshake within %d s".formatted(server, timeout.toSeconds()));
  }

  @Override
  protected void onMalformed(MalformedException cause) {
    fail(unproven("it sent a malformed message (" + cause.getMessage() + ")"));
  }

  @Override
  protected void onReadComplete() {
    // everything was flushed when it was written
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    super.channelInactive(context);
    fail(
        LinkFailure.of(
            LinkFailure.Kind.UNREACHABLE,
            "%s closed the connection in the handshake".formatted(server)));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(
        LinkFailure.of(
            LinkFailure.Kind.UNREACHABLE,
            "link to %s failed in the handshake: %s".formatted(server, cause.getMessage())));
  }

  private boolean finish() {
    if (over) {
      return false;
    }
    over = true;
    timer.cancel(false);
    return true;
  }

  private void fail(LinkFailure failure) {
    end();
    if (finish()) {
      handshake.destroy();
      context().close();
      outcome.failed(failure);
    }
  }
}
