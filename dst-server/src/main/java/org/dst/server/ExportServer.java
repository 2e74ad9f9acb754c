package org.dst.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Listing;
import org.dst.server.access.AccessRules;
import org.dst.server.access.Peer;
import org.dst.server.engine.IoEngine;
import org.dst.server.port.LinkAcceptor;
import org.dst.server.port.LinkContext;
import org.dst.server.port.NegotiatedLink;
import org.dst.server.port.PortCounter;
import org.dst.server.port.ServerLink;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.BlockStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves exports on one TCP port. Made and closed by the program; serves on its event loops. */
public final class ExportServer implements LinkContext, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExportServer.class);

  /**
   * Replies that wait for the socket: below the first the lane goes on, above the second it waits.
   */
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(2 << 20, 8 << 20);

  /** Threads that answer handshakes, on a large machine; links that work need cores, too. */
  private static final int MOST_HANDSHAKES = 4;

  private static final String REVOKED = "its key was taken away";

  private final ServerOptions options;
  private final SecurityOptions security;
  private final RecordCrypto crypto;
  private final IoRuntime io;
  private final EventLoopGroup loops;
  private final IoEngine engine;
  private final Map<String, Export> exports = new ConcurrentSkipListMap<>();
  private final Set<ServerLink> links = ConcurrentHashMap.newKeySet();
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private final LinkAcceptor acceptor;
  private final ExecutorService handshakes;
  private final StoreMonitor stores = new StoreMonitor(exports.values());
  private volatile Channel listener;
  private volatile boolean closing;
  private volatile ServerKeys keys = ServerKeys.NONE;

  /** A server of plain links from its own machine. */
  public ExportServer(ServerOptions options) {
    this(options, SecurityOptions.plain(false, Checksums.names()), new RecordCrypto(0, null));
  }

  /**
   * A server that offers nothing and does not listen yet.
   *
   * @param crypto of secured links; the server's from here on
   * @throws IllegalArgumentException if a cipher that the server allows, or the I/O engine that it
   *     wants, is not to be had
   */
  public ExportServer(ServerOptions options, SecurityOptions security, RecordCrypto crypto) {
    security.ciphers().forEach(crypto::cipher);
    this.options = options;
    this.security = security;
    this.crypto = crypto;
    handshakes =
        Executors.newFixedThreadPool(
            Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST_HANDSHAKES),
            new DefaultThreadFactory("dst-handshake", true));
    acceptor =
        new LinkAcceptor(security, () -> keys, options.attachTimeout(), handshakes, this::opened);
    io = IoRuntime.start(options);
    loops = io.loops();
    engine = io.engine();
  }

  /**
   * Offers a store.
   *
   * @param store the server's from here on
   * @param keeper of its identity and lease; the server's, too
   * @throws IllegalArgumentException if there is an export of that name already
   */
  public Export add(ExportOptions export, BlockStore store, StoreRecordManager keeper) {
    Export added = new Export(export, options, store, keeper, loops.next());
    if (exports.putIfAbsent(export.name(), added) != null) {
      throw new IllegalArgumentException("two exports are named '" + export.name() + "'");
    }
    return added;
  }

  /**
   * Starts to listen.
   *
   * @return the address listened on, its port chosen if it was 0
   * @throws IOException if the address cannot be used; the message says why
   * @throws IllegalArgumentException as {@link #useKeys}
   */
  public InetSocketAddress listen(InetSocketAddress address) throws IOException {
    useKeys(keys); // or strangers would find out first that there are none
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(io.listener())
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
    stores.start();
    log.info("I/O engine {}", io.choice());
    return (InetSocketAddress) listener.localAddress();
  }

  private void accept(Channel channel) {
    if (channels.size() >= options.maxLinks()) {
      log.warn(
          "refused a link from {}: {} links are open, the limit",
          channel.remoteAddress(),
          options.maxLinks());
      channel.close();
      return;
    }
    channels.add(channel);
    channel.closeFuture().addListener(closed -> channels.remove(channel));
    acceptor.accept(channel);
  }

  /**
   * These keys hold for every handshake from now on. Any thread.
   *
   * @throws IllegalArgumentException if a mode that the server takes would have no keys
   */
  public synchronized void useKeys(ServerKeys newKeys) {
    if (security.modes().contains(SecurityMode.KEYS) && newKeys.own() == null) {
      throw new IllegalArgumentException("mode keys needs the server's key pair; there is none");
    }
    keys = newKeys;
  }

  /**
   * As {@link #useKeys}; besides, links whose client has proved a key that is not there any more,
   * or whose name stands for another one now, are fenced. Others are not disturbed. Secrets of the
   * former keys may be destroyed once no handshake can be under way with them.
   *
   * @return as {@link #replaceAccess}
   */
  public synchronized CompletableFuture<Void> replaceKeys(ServerKeys newKeys) {
    ServerKeys before = keys;
    useKeys(newKeys);
    return revoke(peer -> !newKeys.agreesWith(before, peer.keyName()));
  }

  /** What happened at the port. */
  public Counters<PortCounter> counters() {
    return acceptor.counters();
  }

  private void opened(NegotiatedLink opened) {
    ServerLink link = opened.link(this);
    links.add(link);
    if (closing) {
      link.goAway("the server stops"); // close() may have told the others already
    }
    Peer peer = link.peer();
    if (!keys.agreesWith(opened.keys(), peer.keyName())) {
      link.revoke(REVOKED); // its handshake was under way when its key was taken away
    }
  }

  /**
   * Other rules hold from now on, for links that are up as well: those of peers that have lost what
   * they need are fenced. Links of others are not disturbed. Any thread; does not wait.
   *
   * @param rules by the name of the export; exports that are not in it keep theirs
   * @return completes once nothing of the fenced links runs in a store; from then on nothing of
   *     them reaches one. Does not complete if the server is closed meanwhile
   * @throws IllegalArgumentException if there is no such export; then nothing has changed
   */
  public CompletableFuture<Void> replaceAccess(Map<String, AccessRules> rules) {
    for (String name : rules.keySet()) {
      if (!exports.containsKey(name)) {
        throw new IllegalArgumentException("no export is named '" + name + "'");
      }
    }
    return CompletableFuture.allOf(
        rules.entrySet().stream()
            .map(entry -> exports.get(entry.getKey()).replaceAccess(entry.getValue()))
            .toArray(CompletableFuture[]::new));
  }

  /**
   * Gives an export another size; its clients are told. Any thread; does not wait.
   *
   * @param size in bytes
   * @param mayShrink whether it may be less than before, which cuts off what is behind it
   * @return the former size; fails with an {@link IOException} if the store cannot have that size,
   *     with an {@link IllegalArgumentException} if the size is less and may not be
   * @throws IllegalArgumentException if there is no such export
   */
  public CompletableFuture<Long> resize(String name, long size, boolean mayShrink) {
    Export export = exports.get(name);
    if (export == null) {
      throw new IllegalArgumentException("no export is named '" + name + "'");
    }
    return stores.resize(export, size, mayShrink);
  }

  private CompletableFuture<Void> revoke(Predicate<Peer> peers) {
    return CompletableFuture.allOf(
        links.stream()
            .filter(link -> peers.test(link.peer()))
            .map(link -> link.revoke(REVOKED))
            .toArray(CompletableFuture[]::new));
  }

  @Override
  public Export export(String name) {
    return exports.get(name);
  }

  @Override
  public List<Listing.Entry> listing(Peer peer) {
    return exports.values().stream()
        .map(export -> export.entryFor(peer))
        .filter(Objects::nonNull)
        .toList();
  }

  @Override
  public IoEngine engine() {
    return engine;
  }

  @Override
  public RecordCrypto crypto() {
    return crypto;
  }

  @Override
  public int maxPayload() {
    return options.maxPayload();
  }

  @Override
  public Duration attachTimeout() {
    return options.attachTimeout();
  }

  @Override
  public Duration pingInterval() {
    return options.pingInterval();
  }

  @Override
  public Duration pingTimeout() {
    return options.pingTimeout();
  }

  @Override
  public void gone(ServerLink link) {
    synchronized (links) {
      links.remove(link);
      links.notifyAll();
    }
  }

  /**
   * What the server is doing now; the event loops that own that answer, so it takes as long as they
   * do. Any thread.
   */
  public CompletableFuture<ServerStatus> status() {
    return status(name -> true);
  }

  /** The same with some of the exports only, by name. */
  public CompletableFuture<ServerStatus> status(Predicate<String> wanted) {
    List<Export> asked =
        exports.values().stream().filter(export -> wanted.test(export.name())).toList();
    InetSocketAddress listening =
        listener == null ? null : (InetSocketAddress) listener.localAddress();
    return StatusCollector.collect(links, asked)
        .thenApply(found -> new ServerStatus(listening, channels.size(), found));
  }

  /**
   * Stops: accepts nothing more, tells the clients, lets what runs end within the drain timeout,
   * makes durable what was acknowledged, and gives the stores back.
   */
  @Override
  public void close() {
    closing = true;
    if (listener != null) {
      listener.close().awaitUninterruptibly();
    }
    links.forEach(link -> link.goAway("the server stops"));
    boolean drained = awaitLinks();
    channels.forEach(Channel::close);
    handshakes.close();
    stores.close();
    engine.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    crypto.close();
    exports.values().forEach(export -> export.close(drained));
    exports.values().forEach(ExportServer::logCounters);
  }

  private static void logCounters(Export export) {
    String counted = export.counters().summary();
    if (!counted.isEmpty()) {
      log.info("counted for '{}' since the start: {}", export.name(), counted);
    }
  }

  /** Whether they ended in time. */
  private boolean awaitLinks() {
    long deadline = System.nanoTime() + options.drainTimeout().toNanos();
    synchronized (links) {
      try {
        while (!links.isEmpty()) {
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            log.warn("{} links did not end in time", links.size());
            return false;
          }
          links.wait(left);
        }
        return true;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
