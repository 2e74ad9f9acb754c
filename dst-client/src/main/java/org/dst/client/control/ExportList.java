package org.dst.client.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dst.client.link.Dialer;
import org.dst.client.link.Link;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.LinkParameters;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Listing;
import org.dst.protocol.message.Refused;

/** Asks a server which exports this client may use. */
public final class ExportList implements Dialer.Outcome, Link.User {
  /** Limit of entries, so that a server cannot exhaust this process's memory. */
  private static final int MOST = 10_000;

  private final ServerAddress server;
  private final List<Listing.Entry> entries = new ArrayList<>();
  private final CompletableFuture<List<Listing.Entry>> answer = new CompletableFuture<>();
  private final FrameHeader header = new FrameHeader();
  private Link link;

  private ExportList(ServerAddress server) {
    this.server = server;
  }

  /** Asks; fails with {@link org.dst.client.link.LinkException}. */
  public static CompletableFuture<List<Listing.Entry>> ask(
      Dialer dialer, ServerAddress server, EventLoop loop) {
    ExportList asking = new ExportList(server);
    dialer.dial(server, loop, asking);
    return asking.answer;
  }

  @Override
  public void opened(Channel channel, LinkParameters parameters) {
    link = new Link(channel, server, parameters, this);
    link.send(header.start(Opcode.LIST, 0, 0), (ByteBuf) null);
  }

  @Override
  public void failed(LinkFailure failure) {
    answer.completeExceptionally(failure.asException());
  }

  @Override
  public void onFrame(FrameHeader frame, boolean intact, ByteBuf payload)
      throws MalformedException {
    try {
      if (!intact || payload == null) {
        throw new MalformedException("damaged answer to LIST");
      }
      take(frame.opcode(), payload);
    } finally {
      if (payload != null) {
        payload.release();
      }
    }
  }

  private void take(Opcode opcode, ByteBuf payload) throws MalformedException {
    if (opcode == Opcode.REFUSED) {
      Refused refused = Refused.decode(payload);
      String text = "server %s refused: %s".formatted(server, refused.text());
      link.end(new LinkFailure(LinkFailure.Kind.REFUSED, refused.code(), text));
      return;
    }
    if (opcode != Opcode.LISTING) {
      throw new MalformedException("%s (expected: LISTING)".formatted(opcode));
    }
    Listing part = Listing.decode(payload);
    entries.addAll(part.entries());
    if (entries.size() > MOST || part.entries().isEmpty() && !part.last()) {
      throw new MalformedException("endless list (expected: up to %d exports)".formatted(MOST));
    }
    if (part.last()) {
      answer.complete(List.copyOf(entries));
      link.end(LinkFailure.of(LinkFailure.Kind.LOST, "list complete"));
    }
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    // one small frame is all that is ever sent
  }

  @Override
  public void onEnded(LinkFailure why) {
    answer.completeExceptionally(why.asException());
  }
}
