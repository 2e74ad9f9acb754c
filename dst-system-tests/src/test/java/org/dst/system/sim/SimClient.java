package org.dst.system.sim;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.LaneOptions;
import org.dst.client.lane.ResendLimits;
import org.dst.client.lane.UnflushedMarker;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import org.dst.client.session.Session;
import org.dst.client.session.SessionOptions;
import org.dst.client.session.SimLane;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Access;
import org.dst.protocol.Status;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;

/**
 * A client process: the real lanes and the real session, and a stand-in for AttachedSession around
 * them. It dies and has successors.
 */
final class SimClient implements SimLane.World {
  private final SimWorld world;
  private final Timeline time;
  private final Counters<ClientCounter> counters;
  private final Journal journal;
  private final Journal.Left predecessor;
  private final SimLane[] lanes;
  private final SessionOptions.Identity identity;
  private final Consumer<SimClient> ready;
  private final SimLane.Shared shared;

  /** Some clients split what others send in one piece. */
  private final int maxPart;

  private Session session;
  private Attached first;
  private boolean alive = true;
  private boolean deposed;
  private RefusalCode lastRefusal;
  private boolean cacheKept = true;

  SimClient(
      SimWorld world,
      Journal journal,
      boolean takeOver,
      ResendLimits resend,
      Consumer<SimClient> ready) {
    this.world = world;
    this.time = world.time();
    this.journal = journal;
    this.ready = ready;
    this.counters = world.counters();
    predecessor = journal.left();
    maxPart = (time.chance(2) ? 2 : 4) * SimStore.BLOCK;
    identity =
        new SessionOptions.Identity(
            time.uuid(),
            predecessor == null ? new UUID(0, 0) : predecessor.session(),
            predecessor == null ? null : predecessor.identity());
    shared = new SimLane.Shared(predecessor == null ? 0 : predecessor.freshness());
    LaneOptions rules =
        new LaneOptions(
            resend,
            Duration.ofMillis(20),
            Duration.ofMillis(500),
            Duration.ofMillis(time.chance(2) ? 1500 : 8000),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            1 << 20);
    SessionOptions options =
        new SessionOptions(
            List.of(new ServerAddress("simulated", 7777)),
            "disk",
            Access.READ_WRITE,
            takeOver,
            "client",
            world.lanes(),
            maxPart,
            true,
            rules,
            new Dialer(NettyTransport.NIO, List.of("crc32c"), Duration.ofSeconds(1)));
    lanes = new SimLane[world.lanes()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] =
          new SimLane(
              this,
              options,
              identity,
              shared,
              journal.lane(this, i),
              counters,
              i,
              new Random(time.random().nextLong()),
              this::laneAttached,
              this::refused);
    }
    lanes[0].connect();
  }

  private void laneAttached(Attached answer) {
    if (first == null) {
      first = answer;
      for (int i = 1; i < lanes.length; i++) {
        lanes[i].connect();
      }
    }
    if (session == null && Arrays.stream(lanes).allMatch(lane -> lane.verifier() != null)) {
      session = SimLane.session(first, lanes, maxPart);
      flushFirst();
    }
  }

  /** What a predecessor left in the server's cache is made durable before anybody relies on it. */
  private void flushFirst() {
    SimRequest.flush(
        session,
        status -> {
          if (status != Status.OK) {
            time.after(
                time.micros(100_000),
                () -> {
                  if (alive) {
                    flushFirst();
                  }
                });
            return;
          }
          established();
        });
  }

  private void established() {
    boolean sameCache = predecessor != null;
    for (SimLane lane : lanes) {
      sameCache &= lane.verifier().equals(predecessor == null ? null : predecessor.verifier());
    }
    boolean endedClean =
        predecessor != null
            && predecessor.verifier() != null
            && predecessor.verifier().equals(first.cleanPredecessor());
    cacheKept = predecessor != null && (sameCache || endedClean || !predecessor.unflushed());
    journal.begin(this, identity.session(), first.identity());
    time.note("client established, cache kept: %s", cacheKept);
    ready.accept(this);
  }

  private void refused(Refused answer) {
    lastRefusal = answer.code();
    if (answer.code() == RefusalCode.DEPOSED && first != null) {
      deposed = true;
    }
  }

  /** Whether everything that was acknowledged before must still be there. */
  boolean isCacheKept() {
    return cacheKept;
  }

  /** The store that it was granted. */
  UUID store() {
    return first.identity();
  }

  Session session() {
    return session;
  }

  boolean isAlive() {
    return alive;
  }

  /** Whether the server has told it that its lease is gone. */
  boolean isDeposed() {
    return deposed;
  }

  /** Why the server would not have it the last time; null if it never refused. */
  RefusalCode lastRefusal() {
    return lastRefusal;
  }

  /** How fresh the store was, as this client was told last. */
  long knownFreshness() {
    return shared.freshness();
  }

  /** Whether transactions flow on all lanes. */
  boolean isUp() {
    return Arrays.stream(lanes).allMatch(SimLane::isUp);
  }

  /** Leaves the export, and then ends. */
  void detach() {
    Arrays.stream(lanes).forEach(SimLane::detach);
  }

  void kill() {
    alive = false;
    world.network().hangUp(this);
  }

  @Override
  public long now() {
    return time.now();
  }

  @Override
  public void later(long nanos, Runnable task) {
    time.after(
        nanos,
        () -> {
          if (alive) {
            task.run();
          }
        });
  }

  @Override
  public void connect(Consumer<SimLane.Wire> outcome, Consumer<byte[]> receiver, Runnable closed) {
    world.network().connect(this, outcome, receiver, closed);
  }

  @Override
  public void note(String text) {
    time.note("%s", text);
  }

  @Override
  public void replays(long value) {
    world.server().replays(value);
  }

  /** The state file: outlives the process; only its present owner writes to it. */
  static final class Journal {
    private final int lanes;
    private SimClient owner;
    private UUID session;
    private UUID identity;
    private UUID[] verifiers;
    private boolean[] unflushed;
    private long freshness;

    /** What was left behind. */
    record Left(UUID session, UUID identity, boolean unflushed, UUID verifier, long freshness) {}

    Journal(int lanes) {
      this.lanes = lanes;
    }

    Left left() {
      if (session == null) {
        return null;
      }
      boolean any = false;
      UUID verifier = null;
      for (int i = 0; i < lanes; i++) {
        if (unflushed[i]) {
          verifier = !any || verifiers[i].equals(verifier) ? verifiers[i] : null;
          any = true;
        }
      }
      return new Left(session, identity, any, verifier, freshness);
    }

    void begin(SimClient client, UUID id, UUID store) {
      owner = client;
      session = id;
      identity = store;
      verifiers = new UUID[lanes];
      unflushed = new boolean[lanes];
      for (int i = 0; i < lanes; i++) {
        verifiers[i] = client.lanes[i].verifier();
      }
      client.shared.followFreshness(
          number -> {
            if (owner == client) {
              freshness = number;
            }
          });
    }

    UnflushedMarker lane(SimClient client, int number) {
      return new UnflushedMarker() {
        @Override
        public void verifier(UUID verifier) {
          if (owner == client) {
            verifiers[number] = verifier;
          }
        }

        @Override
        public void unflushed(boolean any) {
          if (owner == client) {
            unflushed[number] = any;
          }
        }
      };
    }
  }
}
