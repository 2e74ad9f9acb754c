package org.dst.system.sim;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.ResendPolicy;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.count.Counters;
import org.dst.server.lane.ServerCounter;

/** One run: a client, its rivals and successors, a server, and everything that goes wrong. */
public final class Simulation {
  private static final long QUIET = TimeUnit.MINUTES.toNanos(3);

  /** A call of the storage that began before the faults ended may stall as long. */
  private static final long STALLS_END = TimeUnit.MINUTES.toNanos(1);

  /** Several times what the longest run takes. */
  private static final long MOST_STEPS = 5_000_000;

  private static final long LONGEST = TimeUnit.HOURS.toNanos(12);

  private final Timeline time;
  private final SimFaults faults;
  private final SimStore store;
  private final SimServer server;
  private final Model model;
  private final SimWorld world;
  private final int operations;
  private final int depth;
  private final ResendPolicy resend;
  private final Chaos chaos;

  private SimClient.Journal journal;
  private SimClient client;
  private SimClient rival;
  private SimClient intruder;

  /** One request in a hundred, or so many, is a flush; changes now and then. */
  private int flushes;

  private int generation;
  private long lastValue;
  private int submitted;
  private int completed;
  private int inFlight;
  private boolean ended;

  /** What a run did, for people. */
  public record Report(
      int operations,
      long steps,
      Counters<ClientCounter> client,
      Counters<ServerCounter> server,
      List<String> trace) {}

  private Simulation(long seed, int operations) {
    time = new Timeline(seed);
    SplittableRandom random = time.random();
    this.operations = operations;
    int lanes = 1 + random.nextInt(3);
    depth = 1 + random.nextInt(12);
    int[] resends = {3, 20, -1};
    resend = new ResendPolicy(Duration.ofSeconds(1), resends[random.nextInt(3)]);
    faults = new SimFaults(time);
    SimMedium medium = SimMedium.any(random);
    world = SimWorld.create(time, faults, 3, lanes, medium);
    store = world.store();
    server = world.server();
    model = new Model(time, store);
    journal = new SimClient.Journal(lanes);
    chaos = new Chaos(this, world, medium);
  }

  /**
   * Runs one seed.
   *
   * @throws Violation if an invariant does not hold
   */
  public static Report run(long seed, int operations) {
    Simulation simulation = new Simulation(seed, operations);
    try {
      return simulation.run();
    } catch (Violation violation) {
      violation.addSuppressed(new Throwable(String.join("\n", simulation.time.trace())));
      throw violation;
    }
  }

  private Report run() {
    newClient(false);
    chaos.start();
    while (completed < operations) {
      requireStep(LONGEST);
    }
    heal();
    boolean[] settled = new boolean[1];
    time.after(STALLS_END, () -> settled[0] = true);
    long deadline = time.now() + STALLS_END + QUIET;
    while (!settled[0] || inFlight > 0 || !isReady()) {
      requireStep(deadline);
    }
    verifyAll();
    flushToTheEnd();
    server.crash(true);
    model.powerLost();
    return new Report(
        completed, time.steps(), world.counters(), server.counters(), List.copyOf(time.trace()));
  }

  private void requireStep(long deadline) {
    if (!time.step() || time.now() > deadline || time.steps() > MOST_STEPS) {
      throw new Violation(
          "PROGRESS",
          "%d of %d operations, %d in flight, no end after %d s and %d steps"
              .formatted(
                  completed,
                  operations,
                  inFlight,
                  TimeUnit.NANOSECONDS.toSeconds(time.now()),
                  time.steps()));
    }
  }

  private boolean isReady() {
    return generationReady == generation;
  }

  /** Whether the client has the disk and knows which it is. */
  boolean isEstablished() {
    return isReady();
  }

  /**
   * Whether whoever may write now was told that the store has become fresher since it was that
   * fresh: only such a client can notice that it is again.
   */
  boolean isFresherThan(long freshness) {
    return isReady() && rival == null && client.knownFreshness() > freshness;
  }

  private int generationReady;

  /** Nothing goes wrong from now on. */
  void calmDown() {
    time.note("faults end");
    faults.end();
    store.heal();
    chaos.stop();
    if (!server.isAlive()) {
      server.start();
    }
  }

  private void heal() {
    ended = true;
    calmDown();
    long deadline = time.now() + QUIET;
    while (inFlight > 0) {
      requireStep(deadline);
    }
  }

  private void verifyAll() {
    long deadline = time.now() + QUIET;
    for (int block = 0; block < store.blocks(); block++) {
      boolean[] done = new boolean[1];
      readOnce(
          block,
          status -> {
            if (status != Status.OK) {
              throw new Violation("PROGRESS", "a read fails although nothing is wrong: " + status);
            }
            done[0] = true;
          });
      while (!done[0]) {
        requireStep(deadline);
      }
    }
  }

  private void readOnce(int block, Consumer<Status> outcome) {
    Model.Read read = model.reading(block, 1);
    SimRequest.read(
        client.session(),
        block,
        1,
        (status, values) -> {
          if (status == Status.OK) {
            model.found(read, values);
          } else {
            model.forget(read);
          }
          outcome.accept(status);
        });
  }

  private void flushToTheEnd() {
    long deadline = time.now() + QUIET;
    Status[] last = new Status[1];
    for (int attempt = 0; last[0] != Status.OK; attempt++) {
      if (attempt == 3) {
        throw new Violation("PROGRESS", "flushes fail although nothing is wrong: " + last[0]);
      }
      last[0] = null;
      long mark = model.mark();
      SimRequest.flush(
          client.session(),
          status -> {
            last[0] = status;
            if (status == Status.OK) {
              model.flushed(mark);
            }
          });
      while (last[0] == null) {
        requireStep(deadline);
      }
    }
  }

  /** A process is started that wants the disk, as successor or by taking over. */
  private void newClient(boolean takeOver) {
    generation++;
    int mine = generation;
    time.note("client %d starts%s", mine, takeOver ? ", taking over" : "");
    client =
        new SimClient(
            world,
            journal,
            takeOver,
            resend,
            ready -> {
              if (mine == generation) {
                established(ready, mine, takeOver);
              }
            });
  }

  private void established(SimClient ready, int mine, boolean tookOver) {
    if (mine > 1) {
      model.clientDied();
      model.taken(!tookOver && ready.isCacheKept());
    }
    inFlight = 0;
    generationReady = mine;
    for (int i = 0; i < depth; i++) {
      next(mine);
    }
  }

  /** The client is killed with everything in flight, and started again. */
  void killClient() {
    if (generationReady != generation) {
      return;
    }
    time.note("client %d is killed", generation);
    client.kill();
    retire();
    newClient(false);
  }

  /** Another machine takes the disk over while the client lives on and does not know. */
  void takeOver() {
    if (generationReady != generation || rival != null) {
      return;
    }
    rival = client;
    journal = new SimClient.Journal(world.lanes());
    retire();
    newClient(true);
    time.after(
        TimeUnit.SECONDS.toNanos(60),
        () -> {
          rival.kill();
          rival = null;
        });
  }

  /** Another machine wants the disk for a while, and does not take it over. */
  void intrude() {
    if (intruder != null || generationReady != generation) {
      return;
    }
    time.note("an intruder starts");
    intruder =
        new SimClient(
            world,
            new SimClient.Journal(world.lanes()),
            false,
            resend,
            ready -> {
              if (ready.store().equals(server.export().ownIdentity())) {
                throw new Violation(
                    "FENCED", "a second client got the disk, and took nothing over");
              }
              time.note("the intruder gets another store, for which it has not asked");
            });
    time.after(
        time.micros(20_000_000),
        () -> {
          intruder.kill();
          intruder = null;
        });
  }

  /** What the old client was asked does not count any more, whatever it answers. */
  private void retire() {
    completed += inFlight;
    model.clientDied();
  }

  private void next(int mine) {
    if (ended || submitted >= operations + depth * 4 && completed >= operations) {
      return;
    }
    submitted++;
    inFlight++;
    if (time.chance(50)) {
      int[] shares = {0, 0, 5, 25};
      flushes = shares[time.random().nextInt(shares.length)];
    }
    int kind = time.random().nextInt(100);
    if (kind < flushes) {
      flush(mine);
    } else if (kind < flushes + 10) {
      clear(mine, time.chance(2));
    } else if (kind < 60) {
      write(mine);
    } else {
      read(mine);
    }
  }

  private void done(int mine) {
    if (mine == generation) {
      inFlight--;
      completed++;
      long pause = time.chance(20) ? time.micros(500_000) : time.micros(2000);
      time.after(
          pause,
          () -> {
            if (mine == generation) {
              next(mine);
            }
          });
    }
  }

  private int firstBlock() {
    return time.random().nextInt(store.blocks());
  }

  /** Ranges stay inside the used part of a stripe. */
  private int blocksFrom(int first) {
    return 1 + time.random().nextInt(Math.min(4, SimStore.USED - first % SimStore.USED));
  }

  private int flags() {
    int kind = time.random().nextInt(20);
    return kind < 2 ? RequestFlags.FUA : kind == 2 ? RequestFlags.BARRIER : 0;
  }

  private void write(int mine) {
    int first = firstBlock();
    int count = blocksFrom(first);
    int flags = flags();
    Model.Change change = new Model.Change(first, count, ++lastValue, false);
    model.submitted(change);
    SimRequest.write(
        client.session(), flags, first, count, change.value, s -> changed(mine, change, flags, s));
  }

  private void clear(int mine, boolean trim) {
    int first = firstBlock();
    int count = blocksFrom(first);
    int flags = flags();
    Model.Change change = new Model.Change(first, count, 0, trim);
    model.submitted(change);
    Opcode opcode = trim ? Opcode.TRIM : Opcode.WRITE_ZEROES;
    SimRequest.clear(
        client.session(), opcode, flags, first, count, s -> changed(mine, change, flags, s));
  }

  private void changed(int mine, Model.Change change, int flags, Status status) {
    if (mine == generation) {
      if (status == Status.OK) {
        model.acknowledged(change, RequestFlags.durable(flags));
      } else {
        time.note("change of block %d: %s", change.first, status);
        requireOrdinary(status);
        model.failed(change);
      }
      done(mine);
    }
  }

  /** What the device may hear of trouble: its own disk's, not that of the network or the server. */
  private static void requireOrdinary(Status status) {
    if (status != Status.IO_ERROR && status != Status.NO_SPACE) {
      throw new Violation("PROGRESS", status + " reached the device");
    }
  }

  private void flush(int mine) {
    long mark = model.mark();
    SimRequest.flush(
        client.session(),
        status -> {
          if (mine == generation) {
            if (status == Status.OK) {
              model.flushed(mark);
            } else {
              requireOrdinary(status);
            }
            done(mine);
          }
        });
  }

  private void read(int mine) {
    int first = firstBlock();
    int count = blocksFrom(first);
    Model.Read read = model.reading(first, count);
    SimRequest.read(
        client.session(),
        first,
        count,
        (status, values) -> {
          if (mine == generation) {
            if (status == Status.OK) {
              model.found(read, values);
            } else {
              requireOrdinary(status);
              model.forget(read);
            }
            done(mine);
          }
        });
  }
}
