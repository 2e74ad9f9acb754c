package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.LaneActivity;
import org.dst.client.lane.LaneOptions;
import org.dst.client.lane.UnflushedMarker;
import org.dst.client.link.ClientSecurity;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import org.dst.client.session.LaneStatus;
import org.dst.client.session.SessionOpener;
import org.dst.client.session.SessionOptions;
import org.dst.crypto.key.KeyFiles;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.record.RecordCrypto;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Access;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thundering herd after an outage: many clients reconnect at once, each with costly handshakes,
 * and must not lock each other out.
 */
@Full
@Timeout(300)
class ManyClientsTest {
  private static final int SESSIONS = 200;
  private static final int LANES = 4;
  private static final List<String> CIPHERS = List.of("aes-256-gcm");

  /** What a slow machine needs that has other work, too. */
  private static final long SOON_SECONDS = 60;

  @TempDir Path directory;

  private final Machine machine = Machine.create();
  private final KeyPair server = KeyPair.generate();
  private final KeyPair client = KeyPair.generate();

  @Test
  void shouldServeTwoHundredSessionsThatComeBackAtOnce() throws Exception {
    String[] arguments = exportArguments();
    Daemon first = machine.export(arguments);
    String address = Dst.address(first);
    EventLoopGroup loops = NettyTransport.best().newLoops(2, "many");
    List<SessionOpener> sessions = new ArrayList<>();
    try (RecordCrypto crypto = new RecordCrypto()) {
      for (int i = 0; i < SESSIONS; i++) {
        sessions.add(session(ServerAddress.parse(address), i, crypto, loops));
      }
      CompletableFuture.allOf(
              sessions.stream().map(SessionOpener::open).toArray(CompletableFuture[]::new))
          .get(SOON_SECONDS, TimeUnit.SECONDS);
      long gone = System.nanoTime();
      first.killAndWait();
      try (Daemon second = machine.exportOn(address, arguments)) {
        long away = System.nanoTime() - gone;
        awaitAll(sessions);
        report(sessions, away, second);
        assertFalse(second.err().contains("no attach within"), second::err);
        sessions.forEach(SessionOpener::close);
      }
    } finally {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private String[] exportArguments() throws Exception {
    Path pair = directory.resolve("server");
    KeyFiles.writePair(pair, server, "server");
    Path clients = directory.resolve("clients");
    String key = Base64.getEncoder().encodeToString(client.publicKey().bytes());
    Files.writeString(clients, "client " + key + "\n");
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      arguments.add(
          "disk%d=%s".formatted(i, Images.sparse(directory.resolve("image" + i), 1 << 20)));
    }
    arguments.addAll(List.of("--private-key", pair.toString()));
    arguments.addAll(List.of("--allowed-clients", clients.toString()));
    return arguments.toArray(String[]::new);
  }

  private SessionOpener session(
      ServerAddress address, int number, RecordCrypto crypto, EventLoopGroup loops) {
    ClientSecurity security = new ClientSecurity.Keys(client, server.publicKey(), CIPHERS);
    SessionOptions options =
        new SessionOptions(
            List.of(address),
            "disk" + number,
            Access.READ_WRITE,
            false,
            "client " + number,
            LANES,
            1 << 20,
            true,
            LaneOptions.DEFAULT,
            new Dialer(
                NettyTransport.best(),
                List.of("crc32c"),
                Duration.ofSeconds(10),
                security,
                crypto));
    UnflushedMarker[] markers = new UnflushedMarker[LANES];
    Arrays.fill(markers, UnflushedMarker.NONE);
    return new SessionOpener(
        options,
        new SessionOptions.Identity(UUID.randomUUID(), new UUID(0, 0), null),
        markers,
        loops);
  }

  private static void awaitAll(List<SessionOpener> sessions) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SOON_SECONDS);
    for (SessionOpener session : sessions) {
      while (!lanes(session).stream().allMatch(ManyClientsTest::isBack)) {
        assertTrue(end - System.nanoTime() > 0, () -> "not back: " + lanes(session).getFirst());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    }
  }

  private static List<LaneStatus> lanes(SessionOpener session) {
    return session.status().join().lanes();
  }

  private static boolean isBack(LaneStatus lane) {
    LaneActivity activity = lane.activity();
    return activity.state() == LaneActivity.State.UP && activity.outages() > 0;
  }

  /** Says how long it took, and requires that nobody had to come twice after a lost link. */
  private static void report(List<SessionOpener> sessions, long awayNanos, Daemon server) {
    long[] outages =
        sessions.stream()
            .flatMap(session -> lanes(session).stream())
            .mapToLong(lane -> lane.activity().totalOutageNanos() - awayNanos)
            .sorted()
            .toArray();
    System.out.printf(
        "away %.2f s; %d lanes were back after %+.2f s in the median, %+.2f s at most;"
            + " %.2f s of processor time in the server%n",
        awayNanos / 1e9,
        outages.length,
        outages[outages.length / 2] / 1e9,
        max(outages) / 1e9,
        processorSeconds(server.pid()));
    for (SessionOpener session : sessions) {
      assertEquals(LANES, session.counters().get(ClientCounter.RECONNECTS));
      assertEquals(0, session.counters().get(ClientCounter.DEAD_LINKS));
    }
  }

  private static double processorSeconds(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(duration -> duration.toMillis() / 1e3)
        .orElse(Double.NaN);
  }

  private static long max(long[] values) {
    return LongStream.of(values).max().orElseThrow();
  }
}
