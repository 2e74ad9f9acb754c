package org.dst.system.tamper;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.MalformedException;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.OpeningHeader;
import org.dst.system.harness.FaultProxy.Direction;

/**
 * One connection through a {@link TamperingProxy}, with a thread per direction. End of stream or
 * failure on one side is passed on as end of stream; only the peers, or {@link #reset}, close the
 * connection.
 */
final class TamperedLink {
  private static final int MOST = 33 << 20;

  private final Socket client;
  private final Socket server;
  private final Tamper tamper;
  private final CountDownLatch running = new CountDownLatch(2);

  TamperedLink(Socket client, Socket server, Tamper tamper) throws IOException {
    this.client = client;
    this.server = server;
    this.tamper = tamper;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  /** Starts to pass units on; {@code whenOver} is called once, when both peers have closed. */
  void start(Runnable whenOver) {
    for (Direction direction : Direction.values()) {
      Thread.ofPlatform()
          .daemon()
          .name("tamper-" + direction)
          .start(() -> run(new Pipe(direction), whenOver));
    }
  }

  private void run(Pipe pipe, Runnable whenOver) {
    pipe.run();
    synchronized (this) {
      running.countDown();
      if (isOver()) {
        close(client);
        close(server);
        whenOver.run();
      }
    }
  }

  Tamper tamper() {
    return tamper;
  }

  boolean isOver() {
    return running.getCount() == 0;
  }

  /** Whether both peers have closed the connection within so many seconds. */
  boolean awaitOver(int seconds) throws InterruptedException {
    return running.await(seconds, TimeUnit.SECONDS);
  }

  /** Ends the connection so that both peers see a reset. */
  void reset() {
    try {
      client.setSoLinger(true, 0);
      server.setSoLinger(true, 0);
    } catch (IOException closed) {
      // nothing is left to be reset
    }
    close(client);
    close(server);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException closed) {
      // it is what was wanted
    }
  }

  private final class Pipe implements Tamper.Wire {
    private final Direction direction;
    private final Socket from;
    private final Socket to;
    private boolean deaf;

    Pipe(Direction direction) {
      this.direction = direction;
      from = direction == Direction.TO_SERVER ? client : server;
      to = direction == Direction.TO_SERVER ? server : client;
    }

    void run() {
      try {
        DataInputStream in = new DataInputStream(from.getInputStream());
        for (int i = 0; ; i++) {
          tamper.take(new Tamper.Unit(direction, i, unit(in, i)), this);
        }
      } catch (IOException over) {
        end();
      }
    }

    private static byte[] unit(DataInputStream in, int index) throws IOException {
      int headerLength =
          switch (index) {
            case Tamper.OPENING -> OpeningHeader.LENGTH;
            case Tamper.HANDSHAKE -> HandshakeMessage.HEADER_LENGTH;
            default -> Integer.BYTES;
          };
      byte[] header = in.readNBytes(headerLength);
      if (header.length < headerLength) {
        throw new EOFException();
      }
      int length =
          switch (index) {
            case Tamper.OPENING -> OpeningHeader.read(header);
            case Tamper.HANDSHAKE -> HandshakeMessage.length(header);
            default -> ByteBuffer.wrap(header).getInt();
          };
      if (length < 0 || length > MOST) {
        throw new MalformedException("record length %d from a genuine peer".formatted(length));
      }
      byte[] unit = Arrays.copyOf(header, headerLength + length);
      in.readFully(unit, headerLength, length);
      return unit;
    }

    @Override
    public void forward(byte[] bytes) {
      if (!deaf) {
        write(to, bytes);
      }
    }

    @Override
    public void back(byte[] bytes) {
      write(from, bytes);
    }

    /** Whoever does not listen any more is known to have left by what it says, which is nothing. */
    private static void write(Socket socket, byte[] bytes) {
      try {
        socket.getOutputStream().write(bytes);
      } catch (IOException gone) {
        // the other direction hears of it
      }
    }

    @Override
    public void end() {
      deaf = true;
      try {
        to.shutdownOutput();
      } catch (IOException closed) {
        // it has ended already
      }
    }
  }
}
