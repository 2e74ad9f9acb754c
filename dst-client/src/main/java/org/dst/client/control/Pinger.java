package org.dst.client.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.dst.client.link.Dialer;
import org.dst.client.link.Link;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.LinkParameters;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;

/** Measures a server's round-trip time over one link. One ping at a time. */
public final class Pinger implements Dialer.Outcome, Link.User {
  private final ServerAddress server;
  private final EventLoop loop;
  private final FrameHeader header = new FrameHeader();
  private final CompletableFuture<Pinger> connected = new CompletableFuture<>();
  private CompletableFuture<Long> waiting = new CompletableFuture<>();
  private LinkFailure ended;
  private Link link;
  private long number;

  private Pinger(ServerAddress server, EventLoop loop) {
    this.server = server;
    this.loop = loop;
  }

  /** Connects; fails with {@link org.dst.client.link.LinkException}. */
  public static CompletableFuture<Pinger> connect(
      Dialer dialer, ServerAddress server, EventLoop loop) {
    Pinger pinger = new Pinger(server, loop);
    dialer.dial(server, loop, pinger);
    return pinger.connected;
  }

  /** Sends a ping; completes with the nanoseconds until its answer. Any thread. */
  public CompletableFuture<Long> ping() {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          waiting = answer;
          if (ended != null) {
            answer.completeExceptionally(ended.asException());
          } else {
            header.start(Opcode.PING, 0, ++number).range(System.nanoTime(), 0);
            link.send(header, (ByteBuf) null);
          }
        });
    return answer;
  }

  /** Ends the link. Any thread. */
  public void close() {
    loop.execute(() -> link.end(LinkFailure.of(LinkFailure.Kind.LOST, "closed")));
  }

  @Override
  public void opened(Channel channel, LinkParameters parameters) {
    link = new Link(channel, server, parameters, this);
    connected.complete(this);
  }

  @Override
  public void failed(LinkFailure failure) {
    connected.completeExceptionally(failure.asException());
  }

  @Override
  public void onFrame(FrameHeader frame, boolean intact, ByteBuf payload)
      throws MalformedException {
    if (payload != null) {
      payload.release();
    }
    if (frame.opcode() != Opcode.PONG) {
      throw new MalformedException("%s (expected: PONG)".formatted(frame.opcode()));
    }
    if (frame.id() == number) {
      waiting.complete(System.nanoTime() - frame.offset());
    }
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    // small frames, one at a time
  }

  @Override
  public void onEnded(LinkFailure why) {
    ended = why;
    waiting.completeExceptionally(why.asException());
  }
}
