package org.dst.server.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.noise.NoiseException;
import org.dst.crypto.noise.ServerHandshake;
import org.dst.protocol.MalformedException;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.codec.HeaderBodyDecoder;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.RefusalCode;

/**
 * The handshake phase of an accepted link: reads the client's message, answers it if the client has
 * a key, and passes the secrets on. A client without a valid key learns nothing more.
 */
final class ServerHandshakeHandler extends HeaderBodyDecoder {
  private static final String MISMATCH = "the key does not match";

  private final SecurityMode mode;
  private final Supplier<ServerKeys> keys;
  private final byte[] prologue;
  private final PortLog log;
  private final Executor worker;
  private final Outcome done;

  /** Called once, when a client has proved one of these keys. */
  interface Outcome {
    void proved(Channel channel, HandshakeResult secrets, ServerKeys keys);
  }

  /**
   * Calls {@code done} when the client has proved a key; the handler then leaves the pipeline.
   *
   * @param keys asked when the client's message has arrived; any thread
   * @param worker computes the answer: it takes a millisecond and anybody can ask for it, so the
   *     links that share this event loop must not wait for it
   */
  ServerHandshakeHandler(
      SecurityMode mode,
      Supplier<ServerKeys> keys,
      byte[] prologue,
      PortLog log,
      Executor worker,
      Outcome done) {
    super(HandshakeMessage.HEADER_LENGTH);
    this.mode = mode;
    this.keys = keys;
    this.prologue = prologue;
    this.log = log;
    this.worker = worker;
    this.done = done;
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
      case HandshakeMessage.Noise noise -> {
        setPaused(true); // a second message belongs to the next phase
        worker.execute(() -> compute(noise.bytes()));
      }
      case HandshakeMessage.Refusal refusal ->
          throw new MalformedException("a refusal from a client");
    }
  }

  /** On the worker's thread. */
  private void compute(byte[] message) {
    if (!context().channel().isActive()) {
      return; // it has timed out; those still waiting come first
    }
    ServerKeys now = keys.get();
    Runnable answer;
    try {
      ServerHandshake handshake =
          mode == SecurityMode.PSK
              ? ServerHandshake.psk(now.shared(), prologue, message)
              : ServerHandshake.keys(now.own(), now.clients(), prologue, message);
      answer = () -> accept(handshake, now);
    } catch (NoiseException wrong) {
      answer = () -> refuse(wrong.getMessage());
    }
    context().channel().eventLoop().execute(answer);
  }

  private void accept(ServerHandshake handshake, ServerKeys now) {
    Channel channel = context().channel();
    if (!channel.isActive()) {
      handshake.result().destroy();
      return;
    }
    send(new HandshakeMessage.Noise(handshake.answer()));
    done.proved(channel, handshake.result(), now);
    channel.pipeline().remove(this);
  }

  private void refuse(String why) {
    end();
    log.failedHandshake(context().channel(), MISMATCH + " (" + why + ")");
    send(new HandshakeMessage.Refusal(RefusalCode.NOT_ALLOWED, MISMATCH))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private ChannelFuture send(HandshakeMessage message) {
    Channel channel = context().channel();
    ByteBuf out = channel.alloc().directBuffer();
    message.encode(out);
    return channel.writeAndFlush(out);
  }

  @Override
  protected void onMalformed(MalformedException cause) {
    log.failedHandshake(context().channel(), cause.getMessage());
    context().close();
  }

  @Override
  protected void onReadComplete() {
    // the only answer is already flushed
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.failedHandshake(context.channel(), cause.toString());
    context.close();
  }
}
