package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.dst.client.link.ServerAddress;

/**
 * Forwards connections to a server. Each new connection gets the next planned {@link Tamper};
 * without one it is forwarded unchanged.
 */
final class TamperingProxy implements AutoCloseable {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final InetSocketAddress server;
  private final Deque<Tamper> plan = new ArrayDeque<>();
  private final List<TamperedLink> open = new ArrayList<>();
  private int connections;
  private int tampered;

  /** Listens on a port of the loopback; {@code first} are for the first connections. */
  TamperingProxy(InetSocketAddress server, Tamper... first) throws IOException {
    this.server = server;
    plan(List.of(first));
    Thread.ofPlatform().daemon().name("tampering-proxy").start(this::accept);
  }

  ServerAddress address() {
    return new ServerAddress("127.0.0.1", listener.getLocalPort());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket left = listener.accept();
        try {
          Socket right = new Socket(server.getAddress(), server.getPort());
          begin(new TamperedLink(left, right, next()));
        } catch (IOException unreachable) {
          left.close();
        }
      } catch (IOException closed) {
        // the test is over
      }
    }
  }

  private synchronized Tamper next() {
    connections++;
    Tamper next = plan.poll();
    tampered += next == null ? 0 : 1;
    return next == null ? Tamper.NONE : next;
  }

  private synchronized void begin(TamperedLink link) {
    open.add(link);
    link.start(() -> over(link));
  }

  private synchronized void over(TamperedLink link) {
    open.remove(link);
    if (link.tamper() != Tamper.NONE) {
      tampered--;
      if (!link.tamper().isSpent()) {
        plan.addFirst(link.tamper());
      }
    }
    notifyAll();
  }

  /** What happens to the connections that come from now on, one each. */
  synchronized void plan(Collection<? extends Tamper> tampers) {
    plan.addAll(tampers);
  }

  /** Resets what is open. */
  synchronized void reset() {
    open.forEach(TamperedLink::reset);
  }

  /** Waits until everything that was planned has been done, and its connections are closed. */
  synchronized void awaitSpent() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (tampered > 0 || !plan.isEmpty()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      assertTrue(left > 0, "%d links do not end, %d wait".formatted(tampered, plan.size()));
      wait(left);
    }
  }

  /** How many connections came. */
  synchronized int connections() {
    return connections;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    reset();
  }
}
