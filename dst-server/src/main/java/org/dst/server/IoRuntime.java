package org.dst.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import org.dst.platform.loop.NettyTransport;
import org.dst.platform.loop.TransportChoice;
import org.dst.server.engine.EngineChoice;
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
 * @param choice which engine and transport these are and why, for people
 */
record IoRuntime(
    EventLoopGroup loops, Class<? extends ServerChannel> listener, IoEngine engine, String choice) {

  /**
   * Starts loops and engine.
   *
   * @throws IllegalArgumentException if an engine or a transport is wanted that cannot be had; the
   *     message says why
   */
  static IoRuntime start(ServerOptions options) {
    return options.engine() == EngineChoice.URING ? uring(options) : threads(options);
  }

  private static IoRuntime uring(ServerOptions options) {
    NettyTransport transport = NettyTransport.IO_URING;
    EventLoopGroup loops =
        transport.newLoops(
            handler -> new LinkEventLoops(options.eventLoops(), handler),
            "the uring engine",
            "--engine threads");
    return new IoRuntime(
        loops,
        transport.tcpListener(),
        new UringEngine(options.ioThreads()),
        "uring, as told; links by io_uring, whose rings it shares");
  }

  private static IoRuntime threads(ServerOptions options) {
    NettyTransport transport = options.transport().resolve();
    EventLoopGroup loops =
        transport.newLoops(
            handler -> new LinkEventLoops(options.eventLoops(), handler),
            "transport " + transport,
            "--transport auto");
    return new IoRuntime(
        loops,
        transport.tcpListener(),
        new ThreadsEngine(options.ioThreads()),
        "threads, %s; links by %s, %s"
            .formatted(
                options.engine() == EngineChoice.THREADS
                    ? "as told"
                    : "faster on small reads, else alike (docs/performance.md); --engine uring is"
                        + " the other one",
                transport,
                options.transport() == TransportChoice.AUTO ? "the best one here" : "as told"));
  }
}
