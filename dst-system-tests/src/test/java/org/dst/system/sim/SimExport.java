package org.dst.system.sim;

import java.util.UUID;
import java.util.function.UnaryOperator;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Features;
import org.dst.server.access.AccessRight;
import org.dst.server.access.Peer;
import org.dst.server.engine.StoreHandle;
import org.dst.server.export.FreshnessSchedule;
import org.dst.server.lane.FrameRequestValidator;
import org.dst.server.lane.ServerLane;
import org.dst.server.lane.WritePolicy;
import org.dst.server.session.AttachPolicy;
import org.dst.server.session.Lease;
import org.dst.server.state.SimRecords;
import org.dst.server.state.StoreRecord;

/**
 * The export of a {@link SimServer}: what it grants to clients, and the image and records on the
 * machine's disks, which survive the process.
 */
final class SimExport implements AttachPolicy {
  private static final int WINDOW = 32;
  private static final int MAX_PAYLOAD = 64 << 10;
  private static final long MAX_IN_FLIGHT = 64 << 10;

  private final SimServer server;
  private final Timeline time;
  private SimStore store;
  private SimRecords records = new SimRecords();

  /** Identity of the store that was there first. */
  private UUID own;

  private StoreHandle access;
  private FreshnessSchedule schedule;
  private boolean stateWritesFail;

  SimExport(SimServer server, Timeline time, SimStore store) {
    this.server = server;
    this.time = time;
    this.store = store;
  }

  /** Opens the medium that is there now; returns the lease on record. */
  Lease open() {
    Lease lease = records.open(store.marks(), time::uuid, server.instant()).lease();
    if (own == null) {
      own = identity();
    }
    return lease;
  }

  /** A process has started on the opened medium. */
  void started(StoreHandle handle) {
    access = handle;
    schedule = new FreshnessSchedule();
  }

  /** The medium of the current process, or of the next if it was replaced. */
  SimStore store() {
    return store;
  }

  /** The identity of the store that clients should have, whichever is there now. */
  UUID ownIdentity() {
    return own;
  }

  /** Prepares the durable note that a verifier ended with a clean shutdown. */
  Runnable noteCleanEnd(UUID verifier) {
    boolean fails = stateWritesFail;
    return () -> {
      if (!fails) {
        time.note("verifier %s ended clean", verifier);
        records.change(record -> record.withEndedClean(verifier));
      }
    };
  }

  /** The store was used: its freshness rises, at a bounded rate. */
  void used() {
    if (schedule.used()) {
      server.later(
          FreshnessSchedule.INTERVAL,
          () -> {
            schedule.step();
            keep(StoreRecord::fresher, failure -> tellFreshness(failure == null));
          });
    }
  }

  private void tellFreshness(boolean durable) {
    if (durable) {
      server.registry().freshened();
    }
  }

  /** The next start finds another medium. */
  void serve(SimStore medium) {
    store = medium;
  }

  /** Everything on the machine's disks: the image and the records. */
  record Disks(SimStore image, SimRecords records) {
    /** The freshness of the store. */
    long freshness() {
      return records.record().freshness();
    }
  }

  /** The machine's disks as they are. */
  Disks disks() {
    return new Disks(store, records);
  }

  /** A snapshot of the machine's disks, taken now. */
  Disks snapshot() {
    return new Disks(store.snapshot(), records.copy());
  }

  /** Rolls the machine back to a snapshot, which the next start finds. */
  void setTo(Disks disks) {
    serve(disks.image());
    records = disks.records().copy();
  }

  @Override
  public UUID identity() {
    return records.record().identity();
  }

  @Override
  public long freshness() {
    return records.record().freshness();
  }

  @Override
  public Access mostAccess() {
    return Access.READ_WRITE;
  }

  @Override
  public AccessRight rightOf(Peer peer) {
    return AccessRight.WRITE;
  }

  @Override
  public int maxLanes() {
    return 8;
  }

  @Override
  public ServerLane newLane(Access granted) {
    FrameRequestValidator validator =
        new FrameRequestValidator(
            store, SimStore.BLOCK, MAX_PAYLOAD, features(), granted.writable());
    return new ServerLane(
        access, validator, WritePolicy.AS_ASKED, WINDOW, MAX_IN_FLIGHT, server.counters());
  }

  private static int features() {
    return Features.FLUSH | Features.FUA | Features.TRIM | Features.WRITE_ZEROES;
  }

  @Override
  public Attached answer(Access granted, long leaseEpoch) {
    Attached answer = plainAnswer(granted, leaseEpoch).withFreshness(freshness());
    used();
    UUID endedClean = records.record().endedClean();
    return endedClean == null ? answer : answer.withCleanPredecessor(endedClean);
  }

  private Attached plainAnswer(Access granted, long leaseEpoch) {
    return new Attached(
        store.size(),
        SimStore.BLOCK,
        4096,
        MAX_PAYLOAD,
        WINDOW,
        MAX_IN_FLIGHT,
        features(),
        granted,
        8,
        identity(),
        leaseEpoch,
        access.writeVerifier().verifier(),
        "",
        Extensions.NONE);
  }

  /** Makes every write of the state directory fail for now, leases included. */
  void failStateWrites(boolean fail) {
    stateWritesFail = fail;
  }

  @Override
  public void save(Lease lease, AttachPolicy.SaveOutcome saved) {
    keep(record -> record.with(lease).fresher(), saved);
  }

  private void keep(UnaryOperator<StoreRecord> change, AttachPolicy.SaveOutcome saved) {
    boolean fails = stateWritesFail;
    server.later(
        time.micros(5000),
        () -> {
          if (fails) {
            saved.ended("simulated full state directory");
          } else {
            records.change(change);
            saved.ended(null);
          }
        });
  }
}
