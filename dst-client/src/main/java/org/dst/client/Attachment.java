package org.dst.client;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.dst.client.device.DeviceInfo;
import org.dst.client.link.LinkException;
import org.dst.client.link.Transport;
import org.dst.client.nbd.NbdLimits;
import org.dst.client.nbd.NbdServer;
import org.dst.client.session.Session;
import org.dst.client.session.SessionOpener;
import org.dst.client.session.SessionOptions;

/**
 * A remote disk on this machine: a session with the export and the NBD front end that offers it.
 * With one lane everything of it lives on one event loop, so a request changes threads nowhere.
 */
public final class Attachment implements AutoCloseable {
  /** For requests in flight to end before connections are closed. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final EventLoopGroup loops;
  private final SessionOpener opener;
  private final Session session;
  private final NbdServer front;
  private final SocketAddress local;

  private Attachment(
      EventLoopGroup loops,
      SessionOpener opener,
      Session session,
      NbdServer front,
      SocketAddress local) {
    this.loops = loops;
    this.opener = opener;
    this.session = session;
    this.front = front;
    this.local = local;
  }

  /**
   * Attaches to the export and starts to serve it. Blocks.
   *
   * @param local a Unix socket's address or a loopback address
   * @throws LinkException if the server cannot be reached or refuses
   * @throws IOException if the local address cannot be used
   */
  public static Attachment open(SessionOptions options, SocketAddress local, NbdLimits limits)
      throws IOException, InterruptedException {
    EventLoopGroup loops = Transport.best().newLoops(options.lanes(), "dst-lane");
    SessionOpener opener = new SessionOpener(options, loops);
    try {
      Session session = opener.open().get();
      NbdServer front = new NbdServer(loops, session, limits);
      return new Attachment(loops, opener, session, front, listen(front, local));
    } catch (ExecutionException failed) {
      stop(opener, loops);
      if (failed.getCause() instanceof LinkException link) {
        throw link;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (IOException | InterruptedException | RuntimeException failed) {
      stop(opener, loops);
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
    return session.info();
  }

  /** Where the front end listens. */
  public SocketAddress local() {
    return local;
  }

  /** Lets what is in flight end, leaves the export and stops. Blocks for a bounded time. */
  @Override
  public void close() {
    front.close(DRAIN).join();
    stop(opener, loops);
  }

  private static void stop(SessionOpener opener, EventLoopGroup loops) {
    opener.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
