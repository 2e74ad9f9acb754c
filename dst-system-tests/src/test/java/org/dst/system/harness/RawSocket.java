package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A socket that sends arbitrary bytes and waits for answers with a timeout. */
public final class RawSocket implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final long patienceMillis;
  private final SocketChannel channel;
  private final Selector selector;
  private long received;

  private RawSocket(SocketAddress address, StandardProtocolFamily family, long patienceMillis)
      throws IOException {
    this.patienceMillis = patienceMillis;
    channel = SocketChannel.open(family);
    channel.connect(address);
    channel.configureBlocking(false);
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** Connects to {@code HOST:PORT}. */
  public static RawSocket tcp(String address) {
    int colon = address.lastIndexOf(':');
    int port = Integer.parseInt(address.substring(colon + 1));
    try {
      return new RawSocket(
          new InetSocketAddress(address.substring(0, colon), port),
          StandardProtocolFamily.INET,
          PATIENCE_MILLIS);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** Connects to a Unix socket. */
  public static RawSocket unix(Path path) {
    return unix(path, PATIENCE_MILLIS);
  }

  /** Connects to a Unix socket whose peer may take so long for an answer. */
  static RawSocket unix(Path path, long patienceMillis) {
    try {
      return new RawSocket(
          UnixDomainSocketAddress.of(path), StandardProtocolFamily.UNIX, patienceMillis);
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** Sends everything, or as much as the peer takes before it closes the connection. */
  public void send(ByteBuffer bytes) {
    try {
      long end = System.nanoTime() + patienceMillis * 1_000_000L;
      while (bytes.hasRemaining()) {
        if (channel.write(bytes) == 0) {
          assertTrue(end - System.nanoTime() > 0, "the peer takes nothing");
          Thread.onSpinWait();
        }
      }
    } catch (IOException closed) {
      bytes.position(bytes.limit());
    }
  }

  /** Receives exactly {@code count} bytes. */
  public ByteBuffer receive(int count) throws EOFException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (read(bytes) < 0) {
        throw new EOFException(
            "closed after %d of %d bytes".formatted(bytes.position(), bytes.capacity()));
      }
    }
    received += count;
    return bytes.flip();
  }

  /** Bytes that were received so far. */
  public long received() {
    return received;
  }

  /** Waits until the peer closes the connection, whatever it says before. */
  public void awaitClose() {
    ByteBuffer bytes = ByteBuffer.allocate(65536);
    while (read(bytes.clear()) >= 0) {
      // what is said before the end does not matter
    }
  }

  /** Tells the peer that nothing more will come. */
  public void finish() {
    try {
      channel.shutdownOutput();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  private int read(ByteBuffer into) {
    try {
      int count = channel.read(into);
      if (count != 0) {
        return count;
      }
      selector.selectedKeys().clear();
      assertTrue(
          selector.select(patienceMillis) > 0,
          () -> "no answer for %d ms".formatted(patienceMillis));
      return channel.read(into);
    } catch (IOException reset) {
      return -1;
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
