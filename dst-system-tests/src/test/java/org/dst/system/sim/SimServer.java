package org.dst.system.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Features;
import org.dst.server.access.AccessRight;
import org.dst.server.access.Peer;
import org.dst.server.engine.CleanShutdown;
import org.dst.server.engine.IoEngine;
import org.dst.server.engine.SimEngine;
import org.dst.server.engine.StoreHandle;
import org.dst.server.engine.StoreVerifier;
import org.dst.server.engine.SyncGate;
import org.dst.server.export.FreshnessSchedule;
import org.dst.server.lane.FrameRequestValidator;
import org.dst.server.lane.ServerCounter;
import org.dst.server.lane.ServerLane;
import org.dst.server.lane.WritePolicy;
import org.dst.server.session.AttachPolicy;
import org.dst.server.session.Lease;
import org.dst.server.session.SessionRegistry;
import org.dst.server.state.SimRecords;
import org.dst.server.state.StoreRecord;

/**
 * A server process: the real registry and the real lanes over a simulated store. Dies and comes
 * back.
 */
final class SimServer implements AttachPolicy {
  static final int WINDOW = 32;
  private static final int MAX_PAYLOAD = 64 << 10;
  private static final long MAX_IN_FLIGHT = 64 << 10;

  /** The longest time that writing a note takes. */
  private static final long NOTE_NANOS = 5_000_000;

  private final Timeline time;
  private final SimFaults faults;
  private SimStore store;
  private final Counters<ServerCounter> counters = new Counters<>(ServerCounter.class);
  private final List<SimServerLink> links = new ArrayList<>();
  private SimRecords records = new SimRecords();

  /** Of the store that was there first. */
  private final UUID own;

  private FreshnessSchedule pace;
  private boolean forgetsLeases;
  private SessionRegistry registry;
  private StoreHandle access;
  private IoEngine engine;
  private boolean alive;

  /** Called when the process has ended in order; null unless it was told to stop. */
  private Runnable stopped;

  /** Whether all links have ended since. */
  private boolean drained;

  private int life;
  private FenceWatch watch;

  /** What clients have sent again in replays: allowed to be executed more than once. */
  private final Set<Long> repeated = new HashSet<>();

  SimServer(Timeline time, SimFaults faults, SimStore store) {
    this.time = time;
    this.faults = faults;
    this.store = store;
    start();
    own = identity();
  }

  /** The identity of the store that clients are to have, whichever is there now. */
  UUID ownIdentity() {
    return own;
  }

  /** A new process over what is on disk. */
  void start() {
    alive = true;
    stopped = null;
    drained = false;
    life++;
    int born = life;
    StoreRecord record = records.open(store.marks(), time::uuid, instant());
    access = new StoreHandle(store, new SyncGate(), new StoreVerifier(this::newVerifier));
    watch = new FenceWatch(repeated, access.health());
    engine = new SimEngine((wait, task) -> later(born, wait, task), faults::storageDelay, watch);
    registry = new SessionRegistry(this, this::instant, record.lease(), counters);
    pace = new FreshnessSchedule();
    access.health().onConfirmed(this::used);
    access
        .health()
        .onFailure(() -> post(() -> registry.fenceAfterFailedSync(access.health().verifier())));
    time.note("server starts, verifier %s", access.health().verifier());
  }

  private Instant instant() {
    return Instant.ofEpochSecond(0, time.now());
  }

  private void used() {
    if (pace.used()) {
      later(
          life,
          FreshnessSchedule.INTERVAL,
          () -> {
            pace.step();
            keep(StoreRecord::fresher, failure -> tellFreshness(failure == null));
          });
    }
  }

  private void tellFreshness(boolean durable) {
    if (durable) {
      registry.freshened();
    }
  }

  private UUID newVerifier() {
    store.errorsReported();
    return time.uuid();
  }

  private void later(int born, long wait, Runnable task) {
    time.after(
        wait,
        () -> {
          if (alive && life == born) {
            task.run();
          }
        });
  }

  /** Runs something on another thread of this process. */
  void post(Runnable task) {
    later(life, faults.handOver(), task);
  }

  /**
   * The process dies.
   *
   * @param powerLoss whether the cache of the store dies with it
   */
  void crash(boolean powerLoss) {
    time.note("server crashes%s", powerLoss ? " with power loss" : "");
    alive = false;
    List.copyOf(links).forEach(SimServerLink::processDied);
    links.clear();
    if (powerLoss) {
      store.losePower();
    }
  }

  boolean isAlive() {
    return alive;
  }

  /**
   * The process is told to stop, and does it in order unless it is killed meanwhile.
   *
   * @param whenDown called when it has ended by itself
   */
  void stop(Runnable whenDown) {
    if (!alive || stopped != null) {
      return;
    }
    time.note("server is told to stop");
    stopped = whenDown;
    List.copyOf(links).forEach(SimServerLink::goAway);
    later(
        life,
        time.micros(5_000_000),
        () -> {
          if (!links.isEmpty()) {
            time.note("links did not end in time");
            exit();
          }
        });
    endIfDrained();
  }

  private void endIfDrained() {
    if (stopped != null && !drained && alive && links.isEmpty()) {
      drained = true;
      CleanShutdown.of(access, this::syncLast, this::noteCleanEnd);
    }
  }

  private void syncLast(Runnable sync) {
    later(
        life,
        faults.storageDelay(Opcode.FLUSH),
        () -> {
          sync.run();
          later(life, NOTE_NANOS, this::exit);
        });
  }

  private void noteCleanEnd(UUID verifier) {
    boolean fails = forgetsLeases;
    later(
        life,
        time.random().nextLong(NOTE_NANOS),
        () -> {
          if (!fails) {
            time.note("verifier %s ended clean", verifier);
            records.change(record -> record.withEndedClean(verifier));
          }
        });
  }

  private void exit() {
    time.note("server has stopped");
    alive = false;
    List.copyOf(links).forEach(SimServerLink::processDied);
    links.clear();
    stopped.run();
  }

  /** A connection is accepted, or refused if nobody listens. */
  boolean accept(SimConnection.End end) {
    if (!alive || stopped != null) {
      return false;
    }
    links.add(new SimServerLink(this, end, time));
    return true;
  }

  void gone(SimServerLink link) {
    links.remove(link);
    endIfDrained();
  }

  /** Whether the process that a link belonged to still runs. */
  boolean isLife(int born) {
    return alive && life == born;
  }

  int life() {
    return life;
  }

  SessionRegistry registry() {
    return registry;
  }

  IoEngine engine() {
    return engine;
  }

  /** Checks what is admitted and what is carried out. */
  FenceWatch watch() {
    return watch;
  }

  SimFaults faults() {
    return faults;
  }

  /** A client replays a value. */
  void replays(long value) {
    repeated.add(value);
  }

  /** Another medium is found from the next start on. */
  void serve(SimStore medium) {
    store = medium;
  }

  /** All that is on the machine's disks: the image, and the records. */
  record Disks(SimStore image, SimRecords records) {
    /** How fresh the store was. */
    long freshness() {
      return records.record().freshness();
    }
  }

  /** What the machine has. */
  Disks disks() {
    return new Disks(store, records);
  }

  /** What a snapshot of the machine has, taken now. */
  Disks snapshot() {
    return new Disks(store.snapshot(), records.copy());
  }

  /** The machine is set to another state, which is served from the next start on. */
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
    return new ServerLane(access, validator, WritePolicy.AS_ASKED, WINDOW, MAX_IN_FLIGHT, counters);
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
        access.health().verifier(),
        "",
        Extensions.NONE);
  }

  /** Leases cannot be written for now. */
  void forgetLeases(boolean forget) {
    forgetsLeases = forget;
  }

  @Override
  public void save(Lease lease, AttachPolicy.SaveOutcome saved) {
    keep(record -> record.with(lease).fresher(), saved);
  }

  private void keep(UnaryOperator<StoreRecord> change, AttachPolicy.SaveOutcome saved) {
    boolean fails = forgetsLeases;
    later(
        life,
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

  Counters<ServerCounter> counters() {
    return counters;
  }
}
