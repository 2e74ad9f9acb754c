package org.dst.server.port;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dst.crypto.key.ServerKeys;
import org.dst.protocol.SecurityMode;

/** A port that opens links and gives them to the test. */
final class HandshakePort implements AutoCloseable {
  static final List<String> CIPHERS = List.of("aes-256-gcm");
  private static final List<String> CHECKSUMS = List.of("crc32c");

  final LinkAcceptor acceptor;
  final InetSocketAddress address;
  volatile ServerKeys keys;
  volatile Executor worker = Runnable::run;
  private final BlockingQueue<NegotiatedLink> opened = new LinkedBlockingQueue<>();
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  HandshakePort(SecurityMode mode, ServerKeys keys, Duration timeout, int limit) {
    this.keys = keys;
    acceptor =
        new LinkAcceptor(
            new SecurityOptions(List.of(mode), false, CIPHERS, CHECKSUMS, limit + 1, limit),
            () -> this.keys,
            timeout,
            task -> worker.execute(task),
            opened::add);
    address =
        (InetSocketAddress)
            new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(
                    new ChannelInitializer<>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        acceptor.accept(channel);
                      }
                    })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel()
                .localAddress();
  }

  /** The next link that was opened. */
  NegotiatedLink opened() throws InterruptedException {
    NegotiatedLink link = opened.poll(20, TimeUnit.SECONDS);
    if (link == null) {
      throw new AssertionError("no link was opened within 20 s");
    }
    return link;
  }

  boolean openedNone() {
    return opened.isEmpty();
  }

  long count(PortCounter event) {
    return acceptor.counters().get(event);
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
