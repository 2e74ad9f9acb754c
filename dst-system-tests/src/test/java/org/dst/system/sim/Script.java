package org.dst.system.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.dst.client.lane.ResendLimits;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/**
 * A world in which only what the script says goes wrong: clients and a server of the simulator over
 * a store of two stripes, so that with two lanes blocks 0 to 15 belong to the first and 16 to 31 to
 * the second.
 */
final class Script {
  static final int OTHER_LANE = SimStore.USED;

  private static final long LONGEST = TimeUnit.MINUTES.toNanos(5);

  final Timeline time = new Timeline(1);
  final ScriptedFaults faults = new ScriptedFaults(time);
  final SimWorld world;
  final SimServer server;
  final SimStore store;
  private ResendLimits resend = new ResendLimits(Duration.ofSeconds(1), -1);

  Script(int lanes) {
    world = SimWorld.create(time, faults, 2, lanes, SimMedium.FILE);
    server = world.server();
    store = world.store();
  }

  /** Clients fail what is unacknowledged after so many resends, one a second. */
  Script giveUpAfter(int resends) {
    resend = new ResendLimits(Duration.ofSeconds(1), resends);
    return this;
  }

  /** A request under way. */
  static final class Pending {
    private Status status;
    private long[] values;

    boolean isDone() {
      return status != null;
    }

    Status status() {
      return status;
    }

    private void done(Status outcome, long[] found) {
      status = outcome;
      values = found;
    }
  }

  /** A client process on a machine. */
  final class Client {
    final SimClient process;
    private boolean ready;

    private Client(SimClient.Journal journal, boolean takeOver) {
      process = new SimClient(world, journal, takeOver, resend, established -> ready = true);
    }

    boolean isReady() {
      return ready;
    }

    Pending write(int block, long value) {
      return write(0, block, value);
    }

    Pending write(int flags, int block, long value) {
      Pending pending = new Pending();
      SimRequest.write(
          process.session(), flags, block, 1, value, status -> pending.done(status, null));
      return pending;
    }

    Pending flush() {
      Pending pending = new Pending();
      SimRequest.flush(process.session(), status -> pending.done(status, null));
      return pending;
    }

    Pending read(int block) {
      Pending pending = new Pending();
      SimRequest.read(process.session(), block, 1, pending::done);
      return pending;
    }

    void mustWrite(int block, long value) {
      assertEquals(Status.OK, await(write(block, value)));
    }

    void mustFlush() {
      assertEquals(Status.OK, await(flush()));
    }

    long mustRead(int block) {
      Pending read = read(block);
      assertEquals(Status.OK, await(read));
      return read.values[0];
    }

    /** Its connections are cut, and it knows. */
    void disconnect() {
      world.network().hangUp(process);
    }

    /** What it sends does not arrive any more, and nobody is told. */
    void mute() {
      world.network().connectionsOf(process).forEach(connection -> connection.client().mute());
    }
  }

  /** A client that has the disk. */
  Client attach() {
    return attach(new SimClient.Journal(world.lanes()), false);
  }

  Client attach(SimClient.Journal journal, boolean takeOver) {
    Client client = start(journal, takeOver);
    until(client::isReady);
    return client;
  }

  /** A client that has just been started. */
  Client start(SimClient.Journal journal, boolean takeOver) {
    return new Client(journal, takeOver);
  }

  SimClient.Journal journal() {
    return new SimClient.Journal(world.lanes());
  }

  Status await(Pending pending) {
    until(pending::isDone);
    return pending.status();
  }

  /** Lets things happen until something is so. */
  void until(BooleanSupplier condition) {
    long deadline = time.now() + LONGEST;
    while (!condition.getAsBoolean()) {
      if (!time.step() || time.now() > deadline) {
        throw new AssertionError("it does not come to that:\n" + String.join("\n", time.trace()));
      }
    }
  }

  void pass(long millis) {
    boolean[] over = new boolean[1];
    time.after(TimeUnit.MILLISECONDS.toNanos(millis), () -> over[0] = true);
    until(() -> over[0]);
  }

  /** The next write stalls in the storage for so long. */
  void stallNextWrite(long millis) {
    faults.stall(Opcode.WRITE, TimeUnit.MILLISECONDS.toNanos(millis));
  }

  void loseReplies() {
    faults.lose(frame -> frame.opcode() == Opcode.REPLY);
  }

  void loseNothing() {
    faults.lose(frame -> false);
  }

  /** The power of the server's machine fails, and comes back. */
  void powerFails() {
    server.crash(true);
    server.start();
  }
}
