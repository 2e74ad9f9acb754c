package org.dst.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Locale;
import org.dst.server.engine.TransportChoice;

/** The transports that serve links, in the order in which they are preferred. */
enum Transport {
  EPOLL,
  IO_URING,
  NIO;

  /** The one that was chosen, or the first that can be had here. */
  static Transport of(TransportChoice choice) {
    return switch (choice) {
      case AUTO -> best();
      case EPOLL -> EPOLL;
      case IO_URING -> IO_URING;
      case NIO -> NIO;
    };
  }

  private static Transport best() {
    if (EPOLL.unavailability() == null) {
      return EPOLL;
    }
    return IO_URING.unavailability() == null ? IO_URING : NIO;
  }

  /** Why it cannot be had here; null if it can. */
  Throwable unavailability() {
    return switch (this) {
      case EPOLL -> Epoll.unavailabilityCause();
      case IO_URING -> IoUring.unavailabilityCause();
      case NIO -> null;
    };
  }

  /** The class of the channel that listens. */
  Class<? extends ServerChannel> listener() {
    return switch (this) {
      case EPOLL -> EpollServerSocketChannel.class;
      case IO_URING -> IoUringServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }

  /**
   * Event loops on daemon threads.
   *
   * @param wanted what wants it, and {@code otherwise} what does without, for people
   * @throws IllegalArgumentException if the transport cannot be had here; the message says why
   */
  EventLoopGroup newLoops(int threads, String wanted, String otherwise) {
    Throwable reason = unavailability();
    if (reason != null) {
      throw notHere(wanted, reason, otherwise);
    }
    try {
      return new LinkEventLoops(threads, handler());
    } catch (IllegalStateException refused) { // by a limit for locked memory, for instance
      throw notHere(wanted, refused, otherwise);
    }
  }

  private IllegalArgumentException notHere(String wanted, Throwable reason, String otherwise) {
    Throwable root = reason;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String hint = this == IO_URING ? "see /proc/sys/kernel/io_uring_disabled, or " : "";
    return new IllegalArgumentException(
        "%s cannot be had here, %s is missing or not permitted (%s); %suse %s"
            .formatted(
                wanted,
                this,
                root.getMessage() == null ? root : root.getMessage(),
                hint,
                otherwise),
        reason);
  }

  private IoHandlerFactory handler() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /** By the name that options have for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
