package org.dst.client.nbd;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dst.client.device.BlockDevice;
import org.dst.client.nbd.negotiation.BlockSizes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a device to NBD clients. Listens after {@link #listenUnix} or {@link #listenTcp}, until
 * {@link #close}. Its methods are for threads that may block, never for an event loop.
 */
public final class NbdServer {
  /** Read and write for the owner only. */
  public static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private static final Logger log = LoggerFactory.getLogger(NbdServer.class);

  /** Room for several replies of 128 KiB, each of which then takes one system call. */
  private static final int UNIX_SEND_BUFFER = 1 << 20;

  private final EventLoopGroup group;
  private final ListenerChannels transport;
  private final NbdServerContext service;
  private final List<Channel> listeners = new ArrayList<>();
  private final List<UnixSocketFile> files = new ArrayList<>();

  /**
   * A server that does not listen yet.
   *
   * @param group of event loops on epoll, io_uring or NIO; connections are spread over them
   * @throws IllegalArgumentException if the group is of another kind, or the device's blocks are
   *     larger than NBD allows
   */
  public NbdServer(EventLoopGroup group, BlockDevice device, NbdLimits limits) {
    BlockSizes.of(device.info());
    this.group = group;
    transport = ListenerChannels.of(group);
    service = new NbdServerContext(device, limits);
  }

  /**
   * Listens on a Unix socket; a stale one is replaced.
   *
   * @throws IOException if the socket cannot be created; the message says why
   */
  public synchronized void listenUnix(Path path, Set<PosixFilePermission> mode) throws IOException {
    UnixSocketFile file = UnixSocketFile.prepare(path);
    Channel listener = bind(transport.unix(), transport.unixAddress(file.bindPath()), path);
    try {
      file.publish(mode);
    } catch (IOException failed) {
      listener.close();
      throw failed;
    }
    listeners.add(listener);
    files.add(file);
  }

  /**
   * Listens on a TCP port of the loopback interface, because NBD is neither encrypted nor
   * authenticated.
   *
   * @param address port 0 picks a free port
   * @return the address with the real port
   * @throws IOException if it cannot listen; the message says why
   */
  public synchronized InetSocketAddress listenTcp(InetSocketAddress address) throws IOException {
    if (address.isUnresolved()) {
      throw new IOException("cannot listen on " + address.getHostString() + ": unknown host");
    }
    if (!address.getAddress().isLoopbackAddress()) {
      throw new IOException(
          "cannot listen on "
              + address
              + ": not a loopback address, and NBD is neither encrypted nor authenticated");
    }
    Channel listener = bind(transport.tcp(), address, address);
    listeners.add(listener);
    return (InetSocketAddress) listener.localAddress();
  }

  /** Connections that are open now. */
  public int connections() {
    return service.connections();
  }

  /**
   * Stops listening, lets what is in flight end, and closes every connection.
   *
   * @param grace after which connections are closed regardless
   * @return completes when all connections are closed
   */
  public synchronized CompletableFuture<Void> close(Duration grace) {
    for (Channel listener : listeners) {
      listener.close().awaitUninterruptibly();
    }
    listeners.clear();
    for (UnixSocketFile file : files) {
      remove(file);
    }
    files.clear();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    // Once only: a second round could touch an event loop that the caller has shut down by then.
    AtomicBoolean closing = new AtomicBoolean();
    Runnable closeAll =
        () -> {
          if (closing.compareAndSet(false, true)) {
            service.closeAll().addListener(done -> closed.complete(null));
          }
        };
    var force = group.next().schedule(closeAll, grace.toNanos(), TimeUnit.NANOSECONDS);
    service
        .drain()
        .newCloseFuture()
        .addListener(
            drained -> {
              force.cancel(false);
              closeAll.run();
            });
    return closed;
  }

  private static void remove(UnixSocketFile file) {
    try {
      file.remove();
    } catch (IOException failed) {
      log.warn("cannot remove a socket: {}", failed.toString());
    }
  }

  private Channel bind(Class<? extends ServerChannel> type, SocketAddress address, Object shown)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .childHandler(new ConnectionInitializer(service));
    if (type == transport.tcp()) {
      bootstrap.option(ChannelOption.SO_REUSEADDR, true);
      bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
    } else {
      bootstrap.childOption(ChannelOption.SO_SNDBUF, UNIX_SEND_BUFFER);
    }
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + shown + ": " + bound.cause().getMessage(), bound.cause());
    }
    return bound.channel();
  }
}
