package org.dst.client.session;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.client.lane.LaneActivity;
import org.dst.client.lane.LaneOptions;
import org.dst.client.lane.ResendLimits;
import org.dst.client.lane.UnflushedMarker;
import org.dst.client.link.Dialer;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedServer;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.message.Attach;

/** A client's session with a {@link ScriptedServer}, on event loops of its own. */
final class TestClient implements AutoCloseable {
  static final UUID ID = new UUID(5, 6);

  /** So long that it does not come within a test. */
  static final ResendLimits PATIENT = new ResendLimits(Duration.ofMinutes(5), 60);

  private final EventLoopGroup loops;
  private final EventLoop loop;
  private final SessionOpener opener;
  private final CompletableFuture<Session> session;

  TestClient(ScriptedServer server, int lanes, ResendLimits resend) {
    this(server, lanes, resend, Duration.ofSeconds(20));
  }

  TestClient(ScriptedServer server, int lanes, ResendLimits resend, Duration attachTimeout) {
    this(server, lanes, resend, attachTimeout, Duration.ofMillis(1), Duration.ofMillis(20));
  }

  /** A client with one lane that waits so long before it connects again. */
  TestClient(ScriptedServer server, Duration reconnect) {
    this(server, 1, PATIENT, Duration.ofSeconds(20), reconnect, reconnect);
  }

  private TestClient(
      ScriptedServer server,
      int lanes,
      ResendLimits resend,
      Duration attachTimeout,
      Duration reconnectFirst,
      Duration reconnectMost) {
    NettyTransport transport = NettyTransport.best();
    loops = transport.newLoops(lanes, "lane-test");
    loop = loops.next();
    LaneOptions rules =
        new LaneOptions(
            resend,
            reconnectFirst,
            reconnectMost,
            attachTimeout,
            LaneOptions.DEFAULT.pingInterval(),
            LaneOptions.DEFAULT.pingTimeout(),
            LaneOptions.DEFAULT.unflushedLimit());
    UnflushedMarker[] markers = new UnflushedMarker[lanes];
    Arrays.fill(markers, UnflushedMarker.NONE);
    opener =
        new SessionOpener(
            new SessionOptions(
                List.of(server.address()),
                "disk",
                Access.READ_WRITE,
                false,
                "test",
                lanes,
                1 << 20,
                false,
                rules,
                new Dialer(transport, List.of("crc32c"), Duration.ofSeconds(20))),
            new SessionOptions.Identity(ID, Attach.NO_SESSION, null),
            markers,
            loops);
    session = opener.open().thenApply(SessionOpener.Opened::session);
  }

  /** Grants the first attach of a session with one lane. */
  static ScriptedLink attach(ScriptedServer server) throws InterruptedException {
    return server.acceptAndAttach();
  }

  /** Grants the attaches of all lanes; the links by lane. */
  static ScriptedLink[] attachAll(ScriptedServer server, int lanes) throws InterruptedException {
    ScriptedLink[] links = new ScriptedLink[lanes];
    for (int i = 0; i < lanes; i++) {
      ScriptedLink link = server.accept();
      Attach attach = link.takeAttach();
      links[attach.lane()] = link;
      link.send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
    }
    return links;
  }

  Session session() {
    return session.orTimeout(20, TimeUnit.SECONDS).join();
  }

  CompletableFuture<Session> opening() {
    return session;
  }

  /** Whether the first lane has lost its link. */
  boolean isDown() {
    return opener.status().join().lanes().getFirst().activity().state() == LaneActivity.State.DOWN;
  }

  /** The event loop of requests, always the same one. */
  EventLoop loop() {
    return loop;
  }

  /** Leaves the export; the script has to answer, or the links have to be cut. */
  CompletableFuture<Void> leave() {
    return CompletableFuture.runAsync(opener::close);
  }

  @Override
  public void close() {
    if (!loops.isShuttingDown()) {
      opener.release();
    }
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
