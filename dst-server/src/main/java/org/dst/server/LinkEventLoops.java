package org.dst.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The event loops of a server; {@link EventLoopBalancer} assigns links to them. Any thread. */
final class LinkEventLoops extends MultiThreadIoEventLoopGroup {
  private final List<EventLoop> loops = new ArrayList<>();
  private final EventLoopBalancer balance;

  /** Event loops on daemon threads. */
  LinkEventLoops(int threads, IoHandlerFactory handler) {
    super(threads, new DefaultThreadFactory("dst-link", true), handler);
    for (EventExecutor loop : this) {
      loops.add((EventLoop) loop);
    }
    balance = new EventLoopBalancer(loops.size());
  }

  @Override
  public ChannelFuture register(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
      return super.register(channel); // the listening socket, or a link that is already closed
    }
    InetAddress address = peer.getAddress();
    EventLoop loop = loops.get(balance.enter(address));
    channel.closeFuture().addListener(closed -> balance.leave(address));
    return loop.register(channel);
  }
}
