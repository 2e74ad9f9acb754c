package org.dst.client;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.DeviceInfo;
import org.dst.client.lane.ClientCounter;
import org.dst.client.link.LinkException;
import org.dst.client.nbd.NbdLimits;
import org.dst.client.nbd.NbdServer;
import org.dst.client.session.SessionOptions;
import org.dst.protocol.count.Counters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A remote disk on this machine: a session with the export, and the NBD front end that serves it.
 * With one event loop all of it runs there, and a request never changes threads.
 */
public final class Attachment implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Attachment.class);

  /** Limit for requests in flight to end before connections are closed. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final EventLoopGroup loops;
  private final AttachedSession session;
  private final NbdServer front;
  private final SocketAddress local;

  private Attachment(
      EventLoopGroup loops, AttachedSession session, NbdServer front, SocketAddress local) {
    this.loops = loops;
    this.session = session;
    this.front = front;
    this.local = local;
  }

  /**
   * Attaches to the export and serves it, on {@link #usualLoops} event loops. Blocks; throws what
   * the other overload throws.
   *
   * @param local a Unix socket's address or a loopback address
   */
  public static Attachment open(
      SessionOptions options, StateOptions state, SocketAddress local, NbdLimits limits)
      throws IOException, InterruptedException {
    return open(options, state, local, limits, usualLoops(options.lanes()));
  }

  /**
   * The default number of event loops: one for each lane, but at most half of the cores. The disk's
   * users need cores, too, and hand-offs between loops cost both (measured in docs/performance.md,
   * lanes).
   */
  public static int usualLoops(int lanes) {
    return Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, lanes);
  }

  /**
   * Attaches to the export and serves it. Blocks.
   *
   * @param local a Unix socket's address or a loopback address
   * @param eventLoops threads that serve the sockets of NBD clients and of lanes, at least 1; a
   *     lane has one to itself if there are as many as lanes
   * @throws LinkException if the server cannot be reached or refuses
   * @throws WrongStoreException if a predecessor held another store than the server has now
   * @throws LostWritesException if a predecessor's acknowledged writes are lost
   * @throws IllegalArgumentException if the dialer's transport is not available
   * @throws IOException if the state file or the local address cannot be used
   */
  public static Attachment open(
      SessionOptions options,
      StateOptions state,
      SocketAddress local,
      NbdLimits limits,
      int eventLoops)
      throws IOException, InterruptedException {
    EventLoopGroup loops = options.dialer().transport().newLoops(eventLoops, "dst-lane");
    AttachedSession session = null;
    try {
      session = AttachedSession.open(options, state, loops);
      NbdServer front = new NbdServer(loops, session.device(), limits);
      SocketAddress listening = listen(front, local);
      log.info(
          "transport {}, {} event loop{}",
          options.dialer().transport(),
          eventLoops,
          eventLoops == 1 ? "" : "s");
      return new Attachment(loops, session, front, listening);
    } catch (ExecutionException failed) {
      stop(session, loops);
      if (failed.getCause() instanceof LinkException link) {
        throw link;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (IOException | InterruptedException | RuntimeException failed) {
      stop(session, loops);
      throw failed;
    }
  }

  private static SocketAddress listen(NbdServer front, SocketAddress local) throws IOException {
    if (local instanceof UnixDomainSocketAddress unix) {
      front.listenUnix(unix.getPath(), NbdServer.OWNER_ONLY);
      return local;
    }
    return front.listenTcp((InetSocketAddress) local);
  }

  /** The disk as it is now. */
  public DeviceInfo info() {
    return session.device().info();
  }

  /** The identity of the server's store. */
  public UUID store() {
    return session.store();
  }

  /** NBD clients that are connected now. */
  public int connections() {
    return front.connections();
  }

  /** As {@link BlockDevice#onChange}. */
  public void onChange(Consumer<DeviceInfo> listener) {
    session.device().onChange(listener);
  }

  /** Where the front end listens. */
  public SocketAddress local() {
    return local;
  }

  /** A snapshot of the attachment, answered by the event loops that own its state. Any thread. */
  public CompletableFuture<AttachmentStatus> status() {
    return session
        .status()
        .thenApply(status -> new AttachmentStatus(status, local, front.connections()));
  }

  /** The session's counters. */
  public Counters<ClientCounter> counters() {
    return session.counters();
  }

  /**
   * Drains requests in flight, flushes, detaches and stops. Blocks for a bounded time.
   *
   * @return what is left behind; it is logged, too
   */
  public DetachOutcome leave() {
    front.close(DRAIN).join();
    DetachOutcome outcome = session.leave();
    stop(session, loops);
    return outcome;
  }

  @Override
  public void close() {
    leave();
  }

  /**
   * Drains requests in flight and flushes, but leaves the session to a successor, for a kernel
   * device that stays connected. The process must end next. Blocks for a bounded time.
   *
   * @return what is left behind besides; it is logged, too
   */
  public DetachOutcome handOver() {
    front.close(DRAIN).join();
    return session.handOver();
  }

  private static void stop(AttachedSession session, EventLoopGroup loops) {
    if (session != null) {
      session.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
