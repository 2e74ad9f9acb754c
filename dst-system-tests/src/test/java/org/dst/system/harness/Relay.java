package org.dst.system.harness;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.dst.system.harness.FaultProxy.Direction;

/** One connection through a {@link FaultProxy}, with a thread per direction. */
final class Relay {
  private static final int PIECE = 32 << 10;

  private final Socket client;
  private final Socket server;
  private final Pipe toServer;
  private final Pipe toClient;

  /** What may happen to a piece of the traffic. */
  enum Fault {
    NONE,
    TRUNCATE,
    FLIP,
    SWALLOW
  }

  Relay(Socket client, Socket server) throws IOException {
    this.client = client;
    this.server = server;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    toServer = new Pipe(client, server);
    toClient = new Pipe(server, client);
    Thread.ofPlatform().daemon().name("proxy-to-server").start(toServer::run);
    Thread.ofPlatform().daemon().name("proxy-to-client").start(toClient::run);
  }

  boolean isOver() {
    return client.isClosed() && server.isClosed();
  }

  void arm(Direction direction, Fault fault) {
    pipe(direction).fault = fault;
  }

  void delay(Direction direction, int millis) {
    pipe(direction).delayMillis = millis;
  }

  private Pipe pipe(Direction direction) {
    return direction == Direction.TO_SERVER ? toServer : toClient;
  }

  /** Ends both connections so that the peers see a reset. */
  void reset() {
    reset(client);
    reset(server);
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException alreadyClosed) {
      // nothing is left to be reset
    }
  }

  private final class Pipe {
    private final Socket from;
    private final Socket to;
    private volatile Fault fault = Fault.NONE;
    private volatile int delayMillis;

    Pipe(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    void run() {
      byte[] piece = new byte[PIECE];
      try {
        int count = from.getInputStream().read(piece);
        while (count >= 0) {
          LockSupport.parkNanos(delayMillis * 1_000_000L);
          pass(piece, count);
          count = from.getInputStream().read(piece);
        }
      } catch (IOException broken) {
        // the other side is told below, as after an end
      }
      if (fault != Fault.SWALLOW) {
        reset();
      }
    }

    private void pass(byte[] piece, int count) throws IOException {
      switch (fault) {
        case NONE -> to.getOutputStream().write(piece, 0, count);
        case SWALLOW -> {}
        case TRUNCATE -> {
          to.getOutputStream().write(piece, 0, count / 2);
          to.shutdownOutput();
          throw new IOException("truncated");
        }
        case FLIP -> {
          fault = Fault.NONE;
          int bit = ThreadLocalRandom.current().nextInt(count * 8);
          piece[bit / 8] ^= (byte) (1 << bit % 8);
          to.getOutputStream().write(piece, 0, count);
        }
      }
    }
  }
}
