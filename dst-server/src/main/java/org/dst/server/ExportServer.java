package org.dst.server;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
import org.dst.server.export.Export;
import org.dst.server.export.ExportOptions;
import org.dst.server.export.StoreMonitor;
import org.dst.server.link.LinkAcceptor;
import org.dst.server.link.LinkContext;
import org.dst.server.link.ListeningPort;
import org.dst.server.link.NegotiatedLink;
import org.dst.server.link.OpenLinks;
import org.dst.server.link.PortCounter;
import org.dst.server.link.SecurityOptions;
import org.dst.server.link.ServerLink;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.BlockStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves exports on one TCP port. Created and closed by the program; links are served on the
 * server's own event loops.
 */
public final class ExportServer implements LinkContext, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExportServer.class);

  /** Handshake threads on a large machine; attached links need cores, too. */
  private static final int MOST_HANDSHAKES = 4;

  private static final String REVOKED = "its key was taken away";
  private static final String STOPPING = "the server stops";

  private final ServerOptions options;
  private final SecurityOptions security;
  private final RecordCrypto crypto;
  private final IoRuntime io;
  private final EventLoopGroup loops;
  private final IoEngine engine;
  private final Map<String, Export> exports = new ConcurrentSkipListMap<>();
  private final OpenLinks links = new OpenLinks();
  private final ListeningPort port;
  private final LinkAcceptor acceptor;
  private final ExecutorService handshakes;
  private final StoreMonitor stores = new StoreMonitor(exports.values());
  private volatile boolean closing;
  private volatile ServerKeys keys = ServerKeys.NONE;

  /** A server that accepts plain links from its own machine. */
  public ExportServer(ServerOptions options) {
    this(options, SecurityOptions.plain(false, Checksums.names()), new RecordCrypto(0, null));
  }

  /**
   * A server that has no exports and does not listen yet.
   *
   * @param crypto of secured links; owned by the server
   * @throws IllegalArgumentException if an allowed cipher or the chosen I/O engine is unavailable
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
    port = new ListeningPort(options.maxLinks(), acceptor::accept);
    io = IoRuntime.start(options);
    loops = io.loops();
    engine = io.engine();
  }

  /**
   * Adds an export.
   *
   * @param store owned by the server
   * @param records of the store's identity and lease; owned by the server
   * @throws IllegalArgumentException if there already is an export of that name
   */
  public Export add(ExportOptions export, BlockStore store, StoreRecordManager records) {
    Export added = new Export(export, options.exportLimits(), store, records, loops.next());
    if (exports.putIfAbsent(export.name(), added) != null) {
      throw new IllegalArgumentException("two exports are named '" + export.name() + "'");
    }
    return added;
  }

  /**
   * Starts to listen.
   *
   * @return the address listened on, with the actual port if 0 was given
   * @throws IOException if the address cannot be used; the message says why
   * @throws IllegalArgumentException as {@link #useKeys}
   */
  public InetSocketAddress listen(InetSocketAddress address) throws IOException {
    useKeys(keys); // otherwise the first client would find out that there are none
    InetSocketAddress bound = port.listen(address, loops, io.listener());
    stores.start();
    log.info("I/O engine {}, transport {}", io.engineName(), io.transport());
    return bound;
  }

  /**
   * Uses these keys for every handshake from now on. Any thread.
   *
   * @throws IllegalArgumentException if a mode that the server accepts would have no keys
   */
  public synchronized void useKeys(ServerKeys newKeys) {
    if (security.modes().contains(SecurityMode.KEYS) && newKeys.own() == null) {
      throw new IllegalArgumentException("mode keys needs the server's key pair; there is none");
    }
    keys = newKeys;
  }

  /**
   * As {@link #useKeys}, and fences the links whose client has proved a key that was removed or
   * whose name now belongs to another key. Other links are not disturbed. Secrets of the former
   * keys may be destroyed once no handshake can be using them.
   *
   * @return as {@link #replaceAccess}
   */
  public synchronized CompletableFuture<Void> replaceKeys(ServerKeys newKeys) {
    ServerKeys before = keys;
    useKeys(newKeys);
    return links.revoke(peer -> !newKeys.agreesWith(before, peer.keyName()), REVOKED);
  }

  /** Counts the events at the port. */
  public Counters<PortCounter> counters() {
    return acceptor.counters();
  }

  private void opened(NegotiatedLink opened) {
    ServerLink link = opened.link(this);
    links.add(link);
    if (closing) {
      link.goAway(STOPPING); // close() may have told the others already
    }
    Peer peer = link.peer();
    if (!keys.agreesWith(opened.keys(), peer.keyName())) {
      link.revoke(REVOKED); // its handshake was in progress when its key was removed
    }
  }

  /**
   * Replaces access rules, also for attached links: fences those of peers that have lost the right
   * to their access. Other links are not disturbed. Any thread; does not wait.
   *
   * @param rules by export name; exports that are not in it keep theirs
   * @return completes once nothing of the fenced links runs in a store; nothing of them reaches one
   *     after that. Does not complete if the server is closed meanwhile
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
   * Resizes an export and tells its clients. Any thread; does not wait.
   *
   * @param size in bytes
   * @param mayShrink whether it may shrink, which discards the data beyond the new end
   * @return the former size; fails with an {@link IOException} if the store cannot have that size,
   *     with an {@link IllegalArgumentException} if it would shrink and may not
   * @throws IllegalArgumentException if there is no such export
   */
  public CompletableFuture<Long> resize(String name, long size, boolean mayShrink) {
    Export export = exports.get(name);
    if (export == null) {
      throw new IllegalArgumentException("no export is named '" + name + "'");
    }
    return stores.resize(export, size, mayShrink);
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
    links.remove(link);
  }

  /**
   * The status of the server, collected from the event loops that own it. Any thread; does not
   * wait.
   */
  public CompletableFuture<ServerStatus> status() {
    return status(name -> true);
  }

  /** The same for some exports only, selected by name. */
  public CompletableFuture<ServerStatus> status(Predicate<String> wanted) {
    List<Export> asked =
        exports.values().stream().filter(export -> wanted.test(export.name())).toList();
    return StatusCollector.collect(links.all(), asked)
        .thenApply(found -> new ServerStatus(port.address(), port.connections(), found));
  }

  /**
   * Stops: accepts nothing more, tells the clients, lets running requests end within the drain
   * timeout, makes acknowledged writes durable, and closes the stores.
   */
  @Override
  public void close() {
    closing = true;
    port.stopListening();
    links.goAway(STOPPING);
    boolean drained = awaitLinks();
    port.closeConnections();
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
      log.info("counters of '{}' since the start: {}", export.name(), counted);
    }
  }

  /** Whether they ended in time. */
  private boolean awaitLinks() {
    try {
      int left = links.awaitNone(options.drainTimeout());
      if (left > 0) {
        log.warn("{} links did not end in time", left);
      }
      return left == 0;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
