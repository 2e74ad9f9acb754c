package org.dst.server.session;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.server.access.AccessRight;
import org.dst.server.access.AccessRules;
import org.dst.server.access.Peer;
import org.dst.server.lane.LaneSetup;
import org.dst.server.lane.ServerCounter;
import org.dst.server.lane.ServerLane;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;

/** An session registry of an export in memory, and what clients say to it. */
final class RegistrySetup implements AttachPolicy, AutoCloseable {
  static final UUID IDENTITY = new UUID(11, 12);
  static final int MAX_LANES = 4;
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-04T05:06:07.8Z"));

  final Counters<ServerCounter> counters = new Counters<>(ServerCounter.class);
  final BlockStore store;
  SessionRegistry registry;
  Access most = Access.SHARED;
  AccessRules rights = AccessRules.EVERYBODY;
  UUID verifier = new UUID(21, 1);
  int lanesMade;
  long freshness = 7;

  /** Leases that are durable, the last one last. */
  final List<Lease> kept = new ArrayList<>();

  /** Whether a lease is durable only when {@link #saved} says so. */
  boolean slowToSave;

  private final Deque<Saving> saving = new ArrayDeque<>();

  private record Saving(Lease lease, AttachPolicy.SaveOutcome outcome) {}

  RegistrySetup() throws StoreException {
    store = Stores.open("mem:1M", StoreOptions.DEFAULT);
    registry = new SessionRegistry(this, CLOCK, Lease.NONE, counters);
  }

  /** The server dies; the next one has what was kept. */
  void restart() {
    saving.clear();
    verifier = new UUID(21, verifier.getLeastSignificantBits() + 1);
    registry =
        new SessionRegistry(this, CLOCK, kept.isEmpty() ? Lease.NONE : kept.getLast(), counters);
  }

  /** What a client says that attaches. Changed by the methods that follow. */
  record Wish(
      UUID session,
      UUID predecessor,
      int lane,
      int lanes,
      long generation,
      Access access,
      boolean takeOver,
      long epoch) {
    Wish lane(int number, int of) {
      return new Wish(session, predecessor, number, of, generation, access, takeOver, epoch);
    }

    Wish generation(long number) {
      return new Wish(session, predecessor, lane, lanes, number, access, takeOver, epoch);
    }

    Wish takingOver() {
      return new Wish(session, predecessor, lane, lanes, generation, access, true, epoch);
    }

    Wish epoch(long number) {
      return new Wish(session, predecessor, lane, lanes, generation, access, takeOver, number);
    }

    Wish access(Access other) {
      return new Wish(session, predecessor, lane, lanes, generation, other, takeOver, epoch);
    }

    /** The client that had that session before. */
    Wish after(int former) {
      UUID before = new UUID(0, former);
      return new Wish(session, before, lane, lanes, generation, access, takeOver, epoch);
    }

    Attach with(Extensions extensions) {
      return new Attach(
          session,
          predecessor,
          epoch,
          lane,
          lanes,
          generation,
          access,
          takeOver,
          "disk",
          "client-" + session.getLeastSignificantBits(),
          extensions);
    }

    Attach attach() {
      return with(Extensions.NONE);
    }
  }

  private static Wish wish(int session, Access access) {
    return new Wish(new UUID(0, session), Attach.NO_SESSION, 0, 1, 1, access, false, 0);
  }

  static Wish writer(int session) {
    return wish(session, Access.READ_WRITE);
  }

  static Wish reader(int session) {
    return wish(session, Access.READ_ONLY);
  }

  static Wish sharer(int session) {
    return wish(session, Access.SHARED);
  }

  /** A new link that asks for that. */
  TestLink link(Wish wish) {
    return new TestLink().attach(registry, wish.attach());
  }

  /** A new link of that peer. */
  TestLink link(Peer peer, Wish wish) {
    return new TestLink(peer).attach(registry, wish.attach());
  }

  @Override
  public Access mostAccess() {
    return most;
  }

  @Override
  public AccessRight rightOf(Peer peer) {
    return rights.rightOf(peer);
  }

  @Override
  public int maxLanes() {
    return MAX_LANES;
  }

  @Override
  public UUID identity() {
    return IDENTITY;
  }

  @Override
  public long freshness() {
    return freshness;
  }

  @Override
  public ServerLane newLane(Access access) {
    lanesMade++;
    return LaneSetup.newLane(store, access.writable());
  }

  @Override
  public void save(Lease lease, AttachPolicy.SaveOutcome outcome) {
    saving.add(new Saving(lease, outcome));
    if (!slowToSave) {
      saved(null);
    }
  }

  /** The oldest lease that waits is durable, or cannot be. */
  void saved(String failure) {
    Saving oldest = saving.remove();
    if (failure == null) {
      kept.add(oldest.lease());
    }
    oldest.outcome().ended(failure);
  }

  @Override
  public Attached answer(Access access, long leaseEpoch) {
    return new Attached(
        1 << 20,
        512,
        4096,
        65536,
        1024,
        1 << 20,
        0,
        access,
        MAX_LANES,
        IDENTITY,
        leaseEpoch,
        verifier,
        "",
        Extensions.NONE);
  }

  @Override
  public void close() {
    store.close();
  }
}
