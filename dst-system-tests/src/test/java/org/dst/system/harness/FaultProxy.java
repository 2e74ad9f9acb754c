package org.dst.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A bad network between client and server: forwards TCP connections and applies to the open ones
 * whatever fault a test asks for. Later connections are forwarded faithfully again.
 */
public final class FaultProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final String host;
  private final int port;
  private final List<Relay> relays = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** Listens on a free port of the loopback for connections to {@code HOST:PORT}. */
  public FaultProxy(String server) {
    int colon = server.lastIndexOf(':');
    host = server.substring(0, colon);
    port = Integer.parseInt(server.substring(colon + 1));
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
    Thread.ofPlatform().daemon().name("proxy").start(this::accept);
  }

  /** Where it listens. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket();
        try {
          server.connect(new InetSocketAddress(host, port));
        } catch (IOException unreachable) {
          client.close();
          continue;
        }
        relays.removeIf(Relay::isOver);
        connections.incrementAndGet();
        relays.add(new Relay(client, server));
      } catch (IOException closed) {
        // the listener is closed, or the client has gone before it was served
      }
    }
  }

  /** A direction of the traffic. */
  public enum Direction {
    /** Requests. */
    TO_SERVER,
    /** Replies. */
    TO_CLIENT
  }

  /** Resets the open connections, in both directions at once. */
  public void reset() {
    each(Relay::reset);
  }

  /** Passes half of the next piece on, then resets. */
  public void truncate(Direction direction) {
    each(relay -> relay.arm(direction, Relay.Fault.TRUNCATE));
  }

  /** Inverts one bit of the next piece. */
  public void flipBit(Direction direction) {
    each(relay -> relay.arm(direction, Relay.Fault.FLIP));
  }

  /** From now on takes what comes in that direction and passes nothing on, not even the end. */
  public void swallow(Direction direction) {
    each(relay -> relay.arm(direction, Relay.Fault.SWALLOW));
  }

  /** From now on passes each piece on only after so many milliseconds. */
  public void delay(Direction direction, int millis) {
    each(relay -> relay.delay(direction, millis));
  }

  private void each(Consumer<Relay> action) {
    relays.removeIf(Relay::isOver);
    relays.forEach(action);
  }

  /** How many connections it has passed on so far. */
  public int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
    reset();
  }
}
