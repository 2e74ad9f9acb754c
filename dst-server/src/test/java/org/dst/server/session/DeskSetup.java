package org.dst.server.session;

import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.Stores;

/** An attach desk of an export in memory, and what clients say to it. */
final class DeskSetup implements AttachDesk.Terms, AutoCloseable {
  static final UUID IDENTITY = new UUID(11, 12);
  static final int MAX_LANES = 4;

  final AttachDesk desk =
      new AttachDesk(this, InstantSource.fixed(Instant.parse("2026-03-04T05:06:07.8Z")));
  final BlockStore store;
  Access most = Access.SHARED;
  int lanesMade;

  DeskSetup() throws StoreException {
    store = Stores.open("mem:1M", StoreOptions.DEFAULT);
  }

  /** What a client says that attaches. Changed by the methods that follow. */
  record Wish(
      UUID session,
      int lane,
      int lanes,
      long generation,
      Access access,
      boolean takeOver,
      long epoch) {
    Wish lane(int number, int of) {
      return new Wish(session, number, of, generation, access, takeOver, epoch);
    }

    Wish generation(long number) {
      return new Wish(session, lane, lanes, number, access, takeOver, epoch);
    }

    Wish takingOver() {
      return new Wish(session, lane, lanes, generation, access, true, epoch);
    }

    Wish epoch(long number) {
      return new Wish(session, lane, lanes, generation, access, takeOver, number);
    }

    Attach with(Extensions extensions) {
      return new Attach(
          session,
          Attach.NO_SESSION,
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

  static Wish writer(int session) {
    return new Wish(new UUID(0, session), 0, 1, 1, Access.READ_WRITE, false, 0);
  }

  static Wish reader(int session) {
    return new Wish(new UUID(0, session), 0, 1, 1, Access.READ_ONLY, false, 0);
  }

  static Wish sharer(int session) {
    return new Wish(new UUID(0, session), 0, 1, 1, Access.SHARED, false, 0);
  }

  /** A new link that asks for that. */
  TestLink link(Wish wish) {
    return new TestLink().attach(desk, wish.attach());
  }

  @Override
  public Access mostAccess() {
    return most;
  }

  @Override
  public int maxLanes() {
    return MAX_LANES;
  }

  @Override
  public ServerLane newLane(Access access) {
    lanesMade++;
    return LaneSetup.newLane(store, access.writable());
  }

  @Override
  public Attached answer(Access access) {
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
        0,
        IDENTITY,
        "",
        Extensions.NONE);
  }

  @Override
  public void close() {
    store.close();
  }
}
