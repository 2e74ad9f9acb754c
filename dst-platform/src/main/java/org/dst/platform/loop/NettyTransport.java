package org.dst.platform.loop;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/**
 * A transport of Netty that drives event loops and their sockets. In order of preference, which is
 * that of the measurements in docs/performance.md.
 */
public enum NettyTransport {
  /** Linux epoll. */
  EPOLL,
  /** Linux io_uring. */
  IO_URING,
  /** The selectors of the JDK, available everywhere. */
  NIO;

  /** The best transport of this machine. */
  public static NettyTransport best() {
    for (NettyTransport transport : values()) {
      if (transport.unavailability() == null) {
        return transport;
      }
    }
    throw new AssertionError("NIO is part of the JDK");
  }

  /** Why this machine lacks the transport, as text for the operator; null if it has it. */
  public String unavailability() {
    Throwable cause =
        switch (this) {
          case EPOLL -> Epoll.unavailabilityCause();
          case IO_URING -> IoUring.unavailabilityCause();
          case NIO -> null;
        };
    return cause == null ? null : rootOf(cause);
  }

  private static String rootOf(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /**
   * Starts event loops on daemon threads.
   *
   * @param name prefix of the threads' names
   * @throws IllegalArgumentException if the transport is unavailable; the message says why
   */
  public EventLoopGroup newLoops(int threads, String name) {
    return newLoops(
        handler ->
            new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), handler),
        "transport " + this,
        "--transport auto");
  }

  /**
   * Starts event loops.
   *
   * @param group makes the group that drives this transport's handlers
   * @param user what needs the transport, for the message
   * @param alternative the option that does without it, for the message
   * @throws IllegalArgumentException if the transport is unavailable; the message says why
   */
  public <G extends EventLoopGroup> G newLoops(
      Function<IoHandlerFactory, G> group, String user, String alternative) {
    String reason = unavailability();
    if (reason != null) {
      throw unavailable(user, reason, alternative, null);
    }
    try {
      return group.apply(handler());
    } catch (IllegalStateException refused) { // by a limit for locked memory, for instance
      throw unavailable(user, rootOf(refused), alternative, refused);
    }
  }

  private IllegalArgumentException unavailable(
      String user, String reason, String alternative, Throwable cause) {
    String hint = this == IO_URING ? "see /proc/sys/kernel/io_uring_disabled, or " : "";
    return new IllegalArgumentException(
        "%s is not available here: %s is missing or not permitted (%s); %suse %s"
            .formatted(user, this, reason, hint, alternative),
        cause);
  }

  private IoHandlerFactory handler() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /** The class of a TCP channel that connects. */
  public Class<? extends Channel> tcpChannel() {
    return switch (this) {
      case EPOLL -> EpollSocketChannel.class;
      case IO_URING -> IoUringSocketChannel.class;
      case NIO -> NioSocketChannel.class;
    };
  }

  /** The class of a TCP channel that listens. */
  public Class<? extends ServerChannel> tcpListener() {
    return switch (this) {
      case EPOLL -> EpollServerSocketChannel.class;
      case IO_URING -> IoUringServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }

  /**
   * Has the kernel close a connection whose peer has acknowledged nothing for so long
   * (TCP_USER_TIMEOUT of tcp(7)). The JDK lacks the option: there the pings alone find out.
   */
  public void setUserTimeout(Channel channel, Duration limit) {
    int millis = (int) limit.toMillis();
    switch (this) {
      case EPOLL -> channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, millis);
      case IO_URING -> channel.config().setOption(IoUringChannelOption.TCP_USER_TIMEOUT, millis);
      case NIO -> {}
    }
  }

  /** The name that options have for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
