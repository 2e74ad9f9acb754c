package org.dst.system.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.dst.protocol.Opcode;
import org.dst.protocol.count.Counters;
import org.dst.server.engine.CleanShutdown;
import org.dst.server.engine.IoEngine;
import org.dst.server.engine.SimEngine;
import org.dst.server.engine.StoreHandle;
import org.dst.server.engine.SyncGate;
import org.dst.server.engine.WriteVerifier;
import org.dst.server.lane.ServerCounter;
import org.dst.server.session.Lease;
import org.dst.server.session.SessionRegistry;

/**
 * A server process: the real session registry and the real lanes over a simulated store. It starts,
 * accepts links, crashes or shuts down, and starts again; what survives is in its {@link
 * SimExport}.
 */
final class SimServer {
  /** The longest time that writing the clean-shutdown note takes. */
  private static final long NOTE_NANOS = 5_000_000;

  private final Timeline time;
  private final SimFaults faults;
  private final SimExport export;
  private final Counters<ServerCounter> counters = new Counters<>(ServerCounter.class);
  private final List<SimServerLink> links = new ArrayList<>();
  private SessionRegistry registry;
  private StoreHandle handle;
  private IoEngine engine;
  private boolean alive;

  /** Called when the process has shut down cleanly; null unless it was told to stop. */
  private Runnable stopped;

  /** Whether all links have ended since it was told to stop. */
  private boolean drained;

  private int life;
  private FenceChecker watch;

  /** Values that clients have replayed: allowed to be executed more than once. */
  private final Set<Long> repeated = new HashSet<>();

  SimServer(Timeline time, SimFaults faults, SimStore store) {
    this.time = time;
    this.faults = faults;
    export = new SimExport(this, time, store);
    start();
  }

  /** What this server exports, and what is on its disks. */
  SimExport export() {
    return export;
  }

  /** Starts a new process on what is on disk. */
  void start() {
    alive = true;
    stopped = null;
    drained = false;
    life++;
    int born = life;
    Lease lease = export.open();
    handle = new StoreHandle(export.store(), new SyncGate(), new WriteVerifier(this::newVerifier));
    watch = new FenceChecker(repeated, handle.writeVerifier());
    engine = new SimEngine((wait, task) -> later(born, wait, task), faults::storageDelay, watch);
    registry = new SessionRegistry(export, this::instant, lease, counters);
    export.started(handle);
    handle.writeVerifier().onConfirmed(export::used);
    handle
        .writeVerifier()
        .onFailure(
            () -> post(() -> registry.fenceAfterFailedSync(handle.writeVerifier().verifier())));
    time.note("server starts, verifier %s", handle.writeVerifier().verifier());
  }

  Instant instant() {
    return Instant.ofEpochSecond(0, time.now());
  }

  private UUID newVerifier() {
    export.store().errorsReported();
    return time.uuid();
  }

  /** Runs a task later, unless this process has ended by then. */
  void later(long wait, Runnable task) {
    later(life, wait, task);
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
   * @param powerLoss whether the store loses its volatile cache too
   */
  void crash(boolean powerLoss) {
    time.note("server crashes%s", powerLoss ? " with power loss" : "");
    alive = false;
    List.copyOf(links).forEach(SimServerLink::processDied);
    links.clear();
    if (powerLoss) {
      export.store().losePower();
    }
  }

  boolean isAlive() {
    return alive;
  }

  /**
   * Tells the process to stop; it shuts down cleanly unless it is killed meanwhile.
   *
   * @param whenDown called when it has ended on its own
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
      CleanShutdown.of(handle, this::syncLast, this::noteCleanEnd);
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
    Runnable note = export.noteCleanEnd(verifier);
    later(life, time.random().nextLong(NOTE_NANOS), note);
  }

  private void exit() {
    time.note("server has stopped");
    alive = false;
    List.copyOf(links).forEach(SimServerLink::processDied);
    links.clear();
    stopped.run();
  }

  /** Accepts a connection; false if nobody is listening. */
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

  /** Whether the process with this number is still running. */
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

  /** Checks which attaches are admitted and which requests are executed. */
  FenceChecker watch() {
    return watch;
  }

  SimFaults faults() {
    return faults;
  }

  /** Allows a value that a client replays to be executed again. */
  void replays(long value) {
    repeated.add(value);
  }

  Counters<ServerCounter> counters() {
    return counters;
  }
}
