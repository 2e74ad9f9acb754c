package org.dst.system.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Forwards connections to a server, one at a time, and alters single bytes. */
final class ManInTheMiddle implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final InetSocketAddress server;
  private volatile Alteration toServer = (position, value) -> value;
  private volatile Alteration toClient = (position, value) -> value;

  /** What becomes of a byte. */
  interface Alteration {
    /**
     * The byte to pass on.
     *
     * @param position of the byte in its direction of the connection, from 0 on
     */
    int of(long position, int value);
  }

  ManInTheMiddle(InetSocketAddress server) throws IOException {
    this.server = server;
    Thread.ofPlatform().daemon().name("man-in-the-middle").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** What happens to connections from now on. */
  void alter(Alteration newToServer, Alteration newToClient) {
    toServer = newToServer;
    toClient = newToClient;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket left = listener.accept();
        Socket right = new Socket(server.getAddress(), server.getPort());
        left.setTcpNoDelay(true);
        right.setTcpNoDelay(true);
        Alteration there = toServer;
        Alteration back = toClient;
        Thread.ofPlatform().daemon().start(() -> pass(left, right, there));
        Thread.ofPlatform().daemon().start(() -> pass(right, left, back));
      } catch (IOException closed) {
        // the test is over
      }
    }
  }

  private static void pass(Socket from, Socket to, Alteration alteration) {
    byte[] piece = new byte[4096];
    long position = 0;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int count = in.read(piece);
      while (count >= 0) {
        for (int i = 0; i < count; i++) {
          piece[i] = (byte) alteration.of(position++, piece[i]);
        }
        out.write(piece, 0, count);
        count = in.read(piece);
      }
    } catch (IOException closed) {
      // either side has left
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
