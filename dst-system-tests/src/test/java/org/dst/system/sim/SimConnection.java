package org.dst.system.sim;

import java.util.function.Consumer;

/**
 * A TCP-like connection: each direction delivers in order while it lasts, and may end at any time,
 * at different times for the two ends, or go silent. In addition, single frames are dropped,
 * repeated or damaged now and then, which TCP should not do but the protocol must survive.
 */
final class SimConnection {
  private final Timeline time;
  private final SimFaults faults;
  private final End client = new End();
  private final End server = new End();

  /** One end. */
  final class End {
    private Consumer<byte[]> receiver = frame -> {};
    private Runnable closed = () -> {};
    private boolean open = true;
    private boolean silent;
    private long lastArrival;

    void attach(Consumer<byte[]> receiver, Runnable closed) {
      this.receiver = receiver;
      this.closed = closed;
    }

    boolean isOpen() {
      return open;
    }

    /** Sends a frame to the other end. */
    void send(byte[] frame) {
      if (!open || silent || faults.drops(frame)) {
        return;
      }
      byte[] sent = faults.damages() ? damaged(frame) : frame;
      transmit(() -> other().deliver(sent));
      if (faults.repeats()) {
        time.after(time.micros(20_000), () -> transmit(() -> other().deliver(sent)));
      }
    }

    /** What this end sends is lost from now on. */
    void mute() {
      silent = true;
    }

    private void transmit(Runnable arrival) {
      lastArrival = Math.max(lastArrival, time.now() + faults.latency());
      time.after(lastArrival - time.now(), arrival);
    }

    private byte[] damaged(byte[] frame) {
      byte[] copy = frame.clone();
      copy[time.random().nextInt(copy.length)] ^= (byte) (1 << time.random().nextInt(8));
      return copy;
    }

    private void deliver(byte[] frame) {
      if (open) {
        receiver.accept(frame);
      }
    }

    /** Closes this end; the other one hears of it after what was sent, unless the line is dead. */
    void close() {
      if (!open) {
        return;
      }
      open = false;
      closed.run();
      if (!silent) {
        transmit(() -> other().peerClosed());
      }
    }

    private void peerClosed() {
      if (open) {
        open = false;
        closed.run();
      }
    }

    private End other() {
      return this == client ? server : client;
    }
  }

  SimConnection(Timeline time, SimFaults faults) {
    this.time = time;
    this.faults = faults;
  }

  End client() {
    return client;
  }

  End server() {
    return server;
  }

  /** The connection is reset; the ends learn of it at different times. */
  void cut() {
    time.after(time.micros(100_000), client::peerClosed);
    time.after(time.micros(100_000), server::peerClosed);
  }

  /** One direction, or both, go silent for ever; nobody is told. */
  void silence() {
    boolean both = time.chance(2);
    boolean first = time.chance(2);
    client.silent |= both || first;
    server.silent |= both || !first;
  }
}
