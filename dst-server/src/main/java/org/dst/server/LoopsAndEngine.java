package org.dst.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.dst.server.engine.IoEngine;
import org.dst.server.engine.ThreadsEngine;
import org.dst.server.engine.UringEngine;

/**
 * The event loops of a server and the I/O engine that goes with them: an engine on io_uring shares
 * the rings of the loops, so their sockets are on io_uring as well.
 *
 * @param loops serve the links
 * @param listener the class of the channel that listens on those loops
 * @param engine carries out requests
 * @param choice which engine it is and why, for people
 */
record LoopsAndEngine(
    EventLoopGroup loops, Class<? extends ServerChannel> listener, IoEngine engine, String choice) {

  /**
   * Starts loops and engine.
   *
   * @throws IllegalArgumentException if io_uring is wanted and cannot be had; the message says why
   */
  static LoopsAndEngine start(ServerOptions options) {
    return switch (options.engine()) {
      case URING -> uring(options);
      case THREADS -> threads(options, "as told");
      case AUTO ->
          threads(
              options,
              "faster on small reads, else alike (docs/performance.md); --engine uring is the other"
                  + " one");
    };
  }

  private static LoopsAndEngine uring(ServerOptions options) {
    if (!IoUring.isAvailable()) {
      throw unavailable(IoUring.unavailabilityCause());
    }
    EventLoopGroup loops;
    try {
      loops = loops(options, IoUringIoHandler.newFactory());
    } catch (IllegalStateException e) {
      throw unavailable(e); // of a limit for memory, for instance
    }
    IoEngine engine = new UringEngine(options.ioThreads());
    return new LoopsAndEngine(
        loops, IoUringServerSocketChannel.class, engine, "uring, links too: as told");
  }

  private static IllegalArgumentException unavailable(Throwable reason) {
    Throwable root = reason;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new IllegalArgumentException(
        "the uring engine cannot be had here, io_uring is missing or not permitted (%s); see"
                .formatted(root.getMessage())
            + " /proc/sys/kernel/io_uring_disabled, or use --engine threads",
        reason);
  }

  private static LoopsAndEngine threads(ServerOptions options, String reason) {
    boolean epoll = Epoll.isAvailable();
    return new LoopsAndEngine(
        loops(options, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()),
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class,
        new ThreadsEngine(options.ioThreads()),
        "threads, links by %s: %s".formatted(epoll ? "epoll" : "nio", reason));
  }

  private static EventLoopGroup loops(ServerOptions options, IoHandlerFactory transport) {
    return new MultiThreadIoEventLoopGroup(
        options.eventLoops(), new DefaultThreadFactory("dst-link", true), transport);
  }
}
