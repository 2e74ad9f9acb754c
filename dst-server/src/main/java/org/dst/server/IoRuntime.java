package org.dst.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import org.dst.platform.loop.NettyTransport;
import org.dst.server.engine.EngineChoice;
import org.dst.server.engine.IoEngine;
import org.dst.server.engine.ThreadsEngine;
import org.dst.server.engine.UringEngine;

/**
 * The event loops of a server and its I/O engine. They are chosen together, because the uring
 * engine uses the rings of the event loops, so the sockets are on io_uring as well.
 *
 * @param loops serve the links
 * @param listener the class of the channel that listens on those loops
 * @param engine carries out requests
 * @param engineName the name of the engine, for the log
 * @param transport the name of the transport, for the log
 */
record IoRuntime(
    EventLoopGroup loops,
    Class<? extends ServerChannel> listener,
    IoEngine engine,
    String engineName,
    String transport) {

  /**
   * Starts the event loops and the engine.
   *
   * @throws IllegalArgumentException if the chosen engine or transport is unavailable; the message
   *     says why
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
        "uring",
        transport.toString());
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
        "threads",
        transport.toString());
  }
}
