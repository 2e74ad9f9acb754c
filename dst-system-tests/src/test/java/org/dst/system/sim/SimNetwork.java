package org.dst.system.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dst.client.session.SimLane;

/** The network: connections between the clients and the server. */
final class SimNetwork {
  private final Timeline time;
  private final SimFaults faults;
  private final SimServer server;
  private final List<Owned> owned = new ArrayList<>();

  private record Owned(SimClient client, SimConnection connection) {}

  SimNetwork(Timeline time, SimFaults faults, SimServer server) {
    this.time = time;
    this.faults = faults;
    this.server = server;
  }

  /** Opens a connection for a client. */
  void connect(
      SimClient owner, Consumer<SimLane.Wire> outcome, Consumer<byte[]> receiver, Runnable closed) {
    SimConnection connection = new SimConnection(time, faults);
    owner.later(
        faults.latency(),
        () -> {
          if (server.accept(connection.server())) {
            connected(new Owned(owner, connection), outcome, receiver, closed);
          } else {
            owner.later(faults.latency(), () -> outcome.accept(null));
          }
        });
  }

  private void connected(
      Owned mine, Consumer<SimLane.Wire> outcome, Consumer<byte[]> receiver, Runnable closed) {
    owned.add(mine);
    SimClient owner = mine.client;
    SimConnection.End end = mine.connection.client();
    end.attach(
        bytes -> {
          if (owner.isAlive()) {
            receiver.accept(bytes);
          }
        },
        () -> {
          owned.remove(mine);
          if (owner.isAlive()) {
            closed.run();
          }
        });
    outcome.accept(
        new SimLane.Wire() {
          @Override
          public void send(byte[] frame) {
            end.send(frame);
          }

          @Override
          public void close() {
            end.close();
          }
        });
  }

  /** The kernel closes the sockets of a client that was killed. */
  void hangUp(SimClient dead) {
    connectionsOf(dead).forEach(connection -> connection.client().close());
  }

  /** The open connections of a client. */
  List<SimConnection> connectionsOf(SimClient client) {
    return owned.stream().filter(each -> each.client == client).map(Owned::connection).toList();
  }

  /** All open connections. */
  List<SimConnection> all() {
    return owned.stream().map(Owned::connection).toList();
  }

  /** Some connection that is open, or null. */
  SimConnection any() {
    return owned.isEmpty() ? null : owned.get(time.random().nextInt(owned.size())).connection;
  }
}
