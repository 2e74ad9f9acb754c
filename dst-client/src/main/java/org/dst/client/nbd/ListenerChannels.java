package org.dst.client.nbd;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * The channels that fit a group of event loops.
 *
 * @param tcp the class that listens on TCP
 * @param unix the class that listens on Unix sockets
 */
record ListenerChannels(Class<? extends ServerChannel> tcp, Class<? extends ServerChannel> unix) {
  /**
   * The channels for loops that run on epoll, io_uring or NIO.
   *
   * @throws IllegalArgumentException if the loops run on something else
   */
  static ListenerChannels of(EventLoopGroup group) {
    if (group instanceof IoEventLoopGroup loops) {
      if (loops.isIoType(EpollIoHandler.class)) {
        return new ListenerChannels(
            EpollServerSocketChannel.class, EpollServerDomainSocketChannel.class);
      }
      if (loops.isIoType(IoUringIoHandler.class)) {
        return new ListenerChannels(
            IoUringServerSocketChannel.class, IoUringServerDomainSocketChannel.class);
      }
      if (loops.isIoType(NioIoHandler.class)) {
        return new ListenerChannels(
            NioServerSocketChannel.class, NioServerDomainSocketChannel.class);
      }
    }
    throw new IllegalArgumentException(group + " (expected: loops on epoll, io_uring or NIO)");
  }

  /** A Unix socket's address in the class that these channels take; the other one they throw at. */
  SocketAddress unixAddress(Path path) {
    return unix == NioServerDomainSocketChannel.class
        ? UnixDomainSocketAddress.of(path)
        : new DomainSocketAddress(path.toString());
  }
}
