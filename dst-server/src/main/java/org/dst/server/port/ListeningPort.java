package org.dst.server.port;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TCP port of a server: listens, and limits the accepted connections. Any thread. */
public final class ListeningPort {
  private static final Logger log = LoggerFactory.getLogger(ListeningPort.class);

  /**
   * Bytes of replies queued for a socket: above the high mark its lane pauses, below the low mark
   * it resumes.
   */
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(2 << 20, 8 << 20);

  private final int maxConnections;
  private final Consumer<Channel> accepted;
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private volatile Channel listener;

  /**
   * A port that does not listen yet.
   *
   * @param accepted receives every connection within the limit, on its event loop
   */
  public ListeningPort(int maxConnections, Consumer<Channel> accepted) {
    this.maxConnections = maxConnections;
    this.accepted = accepted;
  }

  /**
   * Starts to listen.
   *
   * @return the address listened on, with the actual port if 0 was given
   * @throws IOException if the address cannot be used; the message says why
   */
  public InetSocketAddress listen(
      InetSocketAddress address, EventLoopGroup loops, Class<? extends ServerChannel> type)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(type)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 256)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                });
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on %s:%d: %s"
              .formatted(address.getHostString(), address.getPort(), bound.cause().getMessage()));
    }
    listener = bound.channel();
    return address();
  }

  private void accept(Channel channel) {
    if (channels.size() >= maxConnections) {
      log.warn(
          "refused a link from {}: {} links are open, the limit",
          channel.remoteAddress(),
          maxConnections);
      channel.close();
      return;
    }
    channels.add(channel);
    channel.closeFuture().addListener(closed -> channels.remove(channel));
    accepted.accept(channel);
  }

  /** The address listened on; null before that. */
  public InetSocketAddress address() {
    return listener == null ? null : (InetSocketAddress) listener.localAddress();
  }

  /** The number of open connections. */
  public int connections() {
    return channels.size();
  }

  /** Accepts nothing more. */
  public void stopListening() {
    if (listener != null) {
      listener.close().awaitUninterruptibly();
    }
  }

  /** Closes the accepted connections. */
  public void closeConnections() {
    channels.forEach(Channel::close);
  }
}
