package org.dst.client.link;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Locale;

/**
 * Which of Netty's transports serves the sockets. In the order in which they are preferred, which
 * is that of the measured table (docs/performance.md).
 */
public enum Transport {
  /** Linux epoll. */
  EPOLL,
  /** Linux io_uring. */
  IO_URING,
  /** The JDK's selectors, which are everywhere. */
  NIO;

  /** The best transport of this machine. */
  public static Transport best() {
    for (Transport transport : values()) {
      if (transport.unavailability() == null) {
        return transport;
      }
    }
    throw new AssertionError("NIO is part of the JDK");
  }

  /** Why it cannot be had on this machine, for people; null if it can. */
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
   * Event loops for this transport, on daemon threads.
   *
   * @throws IllegalArgumentException if the transport cannot be had here; the message says why
   */
  public EventLoopGroup newLoops(int threads, String name) {
    String reason = unavailability();
    if (reason != null) {
      throw notHere(reason, null);
    }
    try {
      return new MultiThreadIoEventLoopGroup(
          threads, new DefaultThreadFactory(name, true), handler());
    } catch (IllegalStateException refused) { // by a limit for locked memory, for instance
      throw notHere(rootOf(refused), refused);
    }
  }

  private IllegalArgumentException notHere(String reason, Throwable cause) {
    String hint = this == IO_URING ? ", see /proc/sys/kernel/io_uring_disabled" : "";
    return new IllegalArgumentException(
        "transport %s is missing or not permitted here (%s)%s; --transport auto takes another one"
            .formatted(this, reason, hint),
        cause);
  }

  private IoHandlerFactory handler() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /**
   * Has the kernel end a connection whose bytes the other machine has not taken for so long. The
   * JDK cannot: there the pings alone find out.
   */
  void endWhenStalled(Channel channel, Duration limit) {
    int millis = (int) limit.toMillis();
    switch (this) {
      case EPOLL -> channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, millis);
      case IO_URING -> channel.config().setOption(IoUringChannelOption.TCP_USER_TIMEOUT, millis);
      case NIO -> {}
    }
  }

  Class<? extends Channel> tcpChannel() {
    return switch (this) {
      case EPOLL -> EpollSocketChannel.class;
      case IO_URING -> IoUringSocketChannel.class;
      case NIO -> NioSocketChannel.class;
    };
  }

  /** By the name that options have for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
