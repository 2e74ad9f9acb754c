package org.dst.system.sim;

import java.util.concurrent.TimeUnit;
import org.dst.server.medium.MediumMarks;

/** Injects faults at a pace and in a mixture that the seed decides. */
final class Chaos {
  /** After so many faults the rest of the run is calm: nothing promises progress under them. */
  private static final int MOST = 300;

  /** The kinds below this one may be part of a storm. */
  private static final int STORM = 16;

  private final Simulation sim;
  private final Timeline time;
  private final SimServer server;
  private final SimStore store;
  private final SimNetwork network;
  private final long paceMicros;
  private final int[] weights = new int[18];
  private final SimMedium medium;
  private boolean on = true;
  private int inflicted;
  private boolean exchanged;
  private SimExport.Disks snapshot;

  /** What the machine had before it was rolled back; null if it was not. */
  private SimExport.Disks newest;

  /**
   * @param medium the kind of what the disk is on
   */
  Chaos(Simulation sim, SimWorld world, SimMedium medium) {
    this.sim = sim;
    time = world.time();
    server = world.server();
    store = world.store();
    network = world.network();
    this.medium = medium;
    long[] paces = {20_000, 200_000, 2_000_000, 20_000_000};
    paceMicros = paces[time.random().nextInt(paces.length)];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = time.chance(3) ? 0 : 1 + time.random().nextInt(10);
    }
  }

  void start() {
    time.after(time.micros(paceMicros), this::happen);
  }

  void stop() {
    on = false;
    server.export().failStateWrites(false);
    bringBack();
  }

  private void happen() {
    if (!on || ++inflicted > MOST) {
      sim.calmDown();
      return;
    }
    inflict(pick(weights.length));
    start();
  }

  /** One of the first kinds of trouble, by weight; another number if it is none this time. */
  private int pick(int kinds) {
    int sum = 1;
    for (int kind = 0; kind < kinds; kind++) {
      sum += weights[kind];
    }
    int pick = time.random().nextInt(sum);
    for (int kind = 0; kind < kinds; kind++) {
      if (pick < weights[kind]) {
        return kind;
      }
      pick -= weights[kind];
    }
    return -1;
  }

  /** Troubles rarely come alone. */
  private void storm() {
    long[] lengths = {20_000, 200_000, 2_500_000};
    long length = lengths[time.random().nextInt(lengths.length)];
    for (int i = 0; i < 4; i++) {
      time.after(
          time.micros(length),
          () -> {
            if (on) {
              inflict(pick(STORM));
            }
          });
    }
  }

  private void inflict(int kind) {
    switch (kind) {
      case 0 -> crash(true);
      case 1 -> crash(false);
      case 2 -> cut();
      case 3 -> silence();
      case 4 -> failSyncs();
      case 5 -> runFull(2_000_000);
      case 6 -> killClient();
      case 7 -> {
        if (!exchanged && time.chance(4)) {
          sim.takeOver();
        }
      }
      case 8 -> store.evict();
      case 9 -> exchange();
      case 10 -> misfortunes();
      case 11 -> intrude();
      case 12 -> stagger();
      case 13 -> corner();
      case 14 -> stopServer();
      case 15 -> stopWhileFull();
      case 16 -> storm();
      case 17 -> rolledBack();
      default -> {}
    }
  }

  private void crash(boolean powerLoss) {
    if (server.isAlive()) {
      server.crash(powerLoss);
      startLater();
    }
  }

  private void startLater() {
    time.after(
        time.micros(2_000_000),
        () -> {
          if (!server.isAlive()) {
            server.start();
          }
        });
  }

  /** Whatever else goes wrong may cut it short at any point. */
  private void stopServer() {
    server.stop(this::startLater);
  }

  /**
   * The store is full when the replay comes, the server that had refused it is stopped in order,
   * and the next one dies in the replay of what is left.
   */
  private void stopWhileFull() {
    crash(true);
    runFull(4_000_000);
    time.after(
        time.micros(4_000_000),
        () -> {
          if (on) {
            stopServer();
          }
        });
    time.after(
        time.micros(8_000_000),
        () -> {
          if (on) {
            crash(true);
          }
        });
  }

  /** Not while the store is shrunk: a successor does not know how large it was. */
  private void killClient() {
    if (!store.isShrunk()) {
      sim.killClient();
    }
  }

  /** Not where leases cannot be kept: a lease that got lost like this is anybody's. */
  private void intrude() {
    if (weights[10] == 0) {
      sim.intrude();
    }
  }

  /** A machine that goes down bit by bit: links reset, and soon after the power is gone. */
  private void stagger() {
    time.note("connections are cut before a power loss");
    network.all().forEach(SimConnection::cut);
    time.after(
        time.micros(400_000),
        () -> {
          if (on) {
            crash(true);
          }
        });
  }

  /**
   * The store is full when the replay comes, and the client that has the log dies before it fits.
   */
  private void corner() {
    crash(true);
    runFull(6_000_000);
    time.after(
        time.micros(6_000_000),
        () -> {
          if (on) {
            killClient();
          }
        });
  }

  private void cut() {
    SimConnection connection = network.any();
    if (connection != null) {
      time.note("a connection is cut");
      connection.cut();
    }
  }

  private void silence() {
    SimConnection connection = network.any();
    if (connection != null) {
      time.note("a connection goes silent");
      connection.silence();
    }
  }

  private void failSyncs() {
    int count = time.chance(3) ? 2 + time.random().nextInt(2) : 1;
    time.note("%d syncs will fail", count);
    store.failSyncs(count);
  }

  private void runFull(long micros) {
    time.note("the store is full");
    store.full(true);
    time.after(time.micros(micros), () -> store.full(false));
  }

  /** Another medium, or less of the same one, is there for a while when the server starts. */
  private void exchange() {
    if (exchanged || !sim.isEstablished()) {
      return; // a client that knows nothing yet cannot know that this is the wrong one
    }
    exchanged = true;
    if (time.chance(3)) {
      time.note("the store is shrunk");
      store.shrink(true);
      restart();
    } else {
      server.crash(time.chance(4));
      MediumMarks others = medium.other(time.random());
      time.note("another medium is in its place: %s", others);
      server.export().serve(store.stranger(others, time.chance(2)));
      startLater();
    }
    time.after(time.micros(3_000_000) + TimeUnit.SECONDS.toNanos(2), this::bringBack);
  }

  /** The whole machine is rolled back to what it was once, for a while. */
  private void rolledBack() {
    if (exchanged || !sim.isEstablished()) {
      return;
    }
    if (snapshot == null || !sim.isFresherThan(snapshot.freshness())) {
      time.note("a snapshot is taken");
      snapshot = server.export().snapshot();
      return;
    }
    time.note("the server's machine is rolled back");
    exchanged = true;
    server.crash(time.chance(2));
    newest = server.export().disks();
    server.export().setTo(snapshot);
    server.start();
    time.after(time.micros(3_000_000) + TimeUnit.SECONDS.toNanos(2), this::bringBack);
  }

  private void restart() {
    server.crash(false);
    server.start();
  }

  private void bringBack() {
    if (exchanged) {
      exchanged = false;
      store.shrink(false);
      server.crash(false);
      server.export().serve(store);
      if (newest != null) {
        server.export().setTo(newest);
        newest = null;
      }
      server.start();
    }
  }

  private void misfortunes() {
    boolean reads = time.chance(2);
    store.failReads(reads);
    server.export().failStateWrites(!reads);
    time.after(
        time.micros(1_000_000),
        () -> {
          store.failReads(false);
          server.export().failStateWrites(false);
        });
  }
}
