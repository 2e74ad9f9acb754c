package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The front end on real sockets. */
@ExtendWith(Watch.class)
@Timeout(60)
class NbdServerTest {
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);

  enum Loops {
    EPOLL(EpollIoHandler.newFactory()),
    NIO(NioIoHandler.newFactory());

    private final IoHandlerFactory factory;

    Loops(IoHandlerFactory factory) {
      this.factory = factory;
    }
  }

  @TempDir Path directory;

  private EventLoopGroup group;
  private NbdServer server;
  private MemoryDevice device;

  private NbdServer start(Loops loops) {
    group = new MultiThreadIoEventLoopGroup(2, loops.factory);
    device =
        new MemoryDevice(
            ByteBufAllocator.DEFAULT, MemoryDevice.info(64 << 20, 1, false, MemoryDevice.ALL));
    device.recordNothing();
    server = new NbdServer(group, device, NbdLimits.DEFAULT);
    return server;
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close(GRACE).get(30, TimeUnit.SECONDS);
      group.shutdownGracefully(0, 10, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS);
    }
  }

  private Path socket() {
    return directory.resolve("nbd");
  }

  private static SocketChannel connect(SocketAddress address) throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? openUnix(address)
        : SocketChannel.open(address);
  }

  private static SocketChannel openUnix(SocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(address);
    return channel;
  }

  private static void send(SocketChannel channel, byte[] bytes) throws IOException {
    for (ByteBuffer buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
      channel.write(buffer);
    }
  }

  private static byte[] receive(SocketChannel channel, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("closed after " + buffer.position() + " of " + length + " bytes");
      }
    }
    return buffer.array();
  }

  /** The shortest way to transmission: greeting, flags, export name. */
  private static SocketChannel attach(SocketAddress address) throws IOException {
    SocketChannel channel = connect(address);
    receive(channel, 18);
    send(channel, Wire.concat(Wire.clientFlags(3), Wire.option(1)));
    receive(channel, 10);
    return channel;
  }

  private static void exchange(SocketAddress address) throws IOException {
    byte[] data = new byte[8 << 20];
    new Random(5).nextBytes(data);
    try (SocketChannel channel = attach(address)) {
      send(channel, Wire.write(HeaderFormat.SIMPLE, 0, 1, 12_345, data));
      assertEquals(1, Unpooled.wrappedBuffer(receive(channel, 16)).getLong(8));
      send(channel, Wire.request(HeaderFormat.SIMPLE, 0, 0, 2, 12_345, data.length));
      byte[] reply = receive(channel, 16 + data.length);
      assertArrayEquals(data, Arrays.copyOfRange(reply, 16, reply.length));
      send(channel, Wire.request(HeaderFormat.SIMPLE, 0, 2, 3, 0, 0));
      assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeOnAUnixSocketOfItsOwner(Loops loops) throws Exception {
    start(loops).listenUnix(socket(), NbdServer.OWNER_ONLY);
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
    exchange(UnixDomainSocketAddress.of(socket()));
    try (var files = Files.list(directory)) {
      assertEquals(1, files.count(), "files in the directory");
    }
    server.close(GRACE).get(30, TimeUnit.SECONDS);
    assertFalse(Files.exists(socket()));
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeOnLoopbackTcp(Loops loops) throws Exception {
    exchange(start(loops).listenTcp(LOOPBACK));
  }

  @Test
  void shouldServeBothAtOnceAndManyConnections() throws Exception {
    start(Loops.EPOLL).listenUnix(socket(), NbdServer.OWNER_ONLY);
    SocketAddress tcp = server.listenTcp(LOOPBACK);
    try (SocketChannel one = attach(tcp);
        SocketChannel two = attach(UnixDomainSocketAddress.of(socket()))) {
      send(one, Wire.write(HeaderFormat.SIMPLE, 0, 1, 0, new byte[] {42}));
      receive(one, 16);
      send(two, Wire.request(HeaderFormat.SIMPLE, 0, 0, 1, 0, 1));
      assertEquals(42, receive(two, 17)[16]);
      assertEquals(2, server.connections());
    }
  }

  @Test
  void shouldReplaceASocketThatNobodyServes() throws Exception {
    try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(socket()));
    }
    assertTrue(Files.exists(socket()));
    start(Loops.EPOLL).listenUnix(socket(), NbdServer.OWNER_ONLY);
    exchange(UnixDomainSocketAddress.of(socket()));
  }

  @Test
  void shouldLeaveASocketThatIsServed() throws Exception {
    try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      live.bind(UnixDomainSocketAddress.of(socket()));
      assertRefused("another program serves this socket", socket());
      assertTrue(Files.exists(socket()));
    }
  }

  @Test
  void shouldLeaveAFileThatIsNoSocket() throws Exception {
    Files.writeString(socket(), "precious");
    assertRefused("is not a socket", socket());
    assertEquals("precious", Files.readString(socket()));
  }

  @Test
  void shouldSayWhyASocketCannotBeMade() {
    assertRefused("does not exist", directory.resolve("missing").resolve("nbd"));
    assertRefused("expected: <= 107", directory.resolve("n".repeat(110)));
  }

  private void assertRefused(String why, Path path) {
    if (server == null) {
      start(Loops.EPOLL);
    }
    IOException refused =
        assertThrows(IOException.class, () -> server.listenUnix(path, NbdServer.OWNER_ONLY));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertTrue(refused.getMessage().contains(path.toString()), refused.getMessage());
  }

  @Test
  void shouldLeaveASocketThatReplacedItsOwn() throws Exception {
    start(Loops.EPOLL).listenUnix(socket(), NbdServer.OWNER_ONLY);
    Files.delete(socket());
    Files.writeString(socket(), "another's");
    server.close(GRACE).get(30, TimeUnit.SECONDS);
    assertTrue(Files.exists(socket()));
  }

  @Test
  void shouldRefuseAPortInUseAndAnAddressThatIsNotLoopback() throws Exception {
    InetSocketAddress bound = start(Loops.EPOLL).listenTcp(LOOPBACK);
    IOException used = assertThrows(IOException.class, () -> server.listenTcp(bound));
    assertTrue(used.getMessage().contains("in use"), used.getMessage());
    InetSocketAddress open = new InetSocketAddress("0.0.0.0", 0);
    IOException exposed = assertThrows(IOException.class, () -> server.listenTcp(open));
    assertTrue(exposed.getMessage().contains("not a loopback address"), exposed.getMessage());
  }

  @Test
  void shouldCloseIdleConnectionsAtOnceWhenClosed() throws Exception {
    SocketAddress address = start(Loops.EPOLL).listenTcp(LOOPBACK);
    try (SocketChannel idle = attach(address);
        SocketChannel haggling = connect(address)) {
      receive(haggling, 18);
      server.close(GRACE).get(10, TimeUnit.SECONDS);
      assertEquals(-1, idle.read(ByteBuffer.allocate(1)));
      assertEquals(-1, haggling.read(ByteBuffer.allocate(1)));
      assertThrows(IOException.class, () -> connect(address));
    }
  }

  @Test
  void shouldCloseWhateverIsInFlightAfterTheGrace() throws Exception {
    SocketAddress address = start(Loops.EPOLL).listenTcp(LOOPBACK);
    device.hold();
    try (SocketChannel stuck = attach(address)) {
      send(stuck, Wire.request(HeaderFormat.SIMPLE, 0, 3, 1, 0, 0));
      while (device.heldCount() == 0) {
        Thread.onSpinWait();
      }
      server.close(Duration.ofMillis(50)).get(10, TimeUnit.SECONDS);
      assertEquals(-1, stuck.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void shouldServeOthersWhileOneDoesNotReadItsReplies() throws Exception {
    SocketAddress address = start(Loops.EPOLL).listenTcp(LOOPBACK);
    byte[] data = new byte[1 << 20];
    Arrays.fill(data, (byte) 7);
    try (SocketChannel deaf = attach(address);
        SocketChannel other = attach(address)) {
      send(deaf, Wire.write(HeaderFormat.SIMPLE, 0, 1, 0, data));
      receive(deaf, 16);
      for (int i = 0; i < 200; i++) {
        send(deaf, Wire.request(HeaderFormat.SIMPLE, 0, 0, i, 0, data.length));
      }
      for (int i = 0; i < 100; i++) {
        send(other, Wire.request(HeaderFormat.SIMPLE, 0, 0, i, 0, 4096));
        assertEquals(7, receive(other, 16 + 4096)[16]);
      }
      for (int i = 0; i < 200; i++) {
        byte[] reply = receive(deaf, 16 + data.length);
        assertEquals(i, Unpooled.wrappedBuffer(reply).getLong(8));
      }
    }
  }
}
