package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongFunction;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that sends and never reads: the server stops reading, and others do not notice. */
@ExtendWith(Watch.class)
@Timeout(120)
class BackPressureTest {
  private static final int STALLED_MILLIS = 1000;

  /** Far above what the sockets' own buffers take. */
  private static final long ENDLESS = 1L << 30;

  private static final long MOST_MEMORY = 64 << 20;

  private static long directMemory() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  /** Sends messages until nothing has been taken for a while; answers the bytes that were. */
  private static long flood(SocketChannel channel, LongFunction<byte[]> message)
      throws IOException {
    channel.configureBlocking(false);
    long sent = 0;
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_WRITE);
      ByteBuffer next = ByteBuffer.allocate(0);
      long number = 0;
      while (sent < ENDLESS && selector.select(key -> {}, STALLED_MILLIS) > 0) {
        if (!next.hasRemaining()) {
          ByteBuffer batch = ByteBuffer.allocate(2 << 20);
          do {
            batch.put(message.apply(++number));
          } while (batch.position() < 256 << 10);
          next = batch.flip();
        }
        sent += channel.write(next);
      }
    }
    return sent;
  }

  private static SocketChannel connect(InetSocketAddress address, byte[]... first)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_SNDBUF, 64 << 10);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 64 << 10);
    channel.connect(address);
    for (byte[] message : first) {
      channel.write(ByteBuffer.wrap(message));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      assertTrue(channel.read(answer) > 0, "no answer");
    }
    return channel;
  }

  private static byte[] opening() {
    return RawClient.encoded(RawClient.opening()::encode);
  }

  private static byte[] attach(Access access) {
    return RawClient.bytes(
        new FrameHeader().start(Opcode.ATTACH, 0, 0),
        RawClient.encoded(RawClient.attach(UUID.randomUUID(), 1, "disk", access)::encode));
  }

  private static byte[] settled(Opcode opcode, long id, long count, byte... payload) {
    return RawClient.bytes(
        new FrameHeader().start(opcode, 0, id).watermark(id).range(0, count), payload);
  }

  private static void expectBounded(long sent, long before, PortSetup setup) throws IOException {
    assertTrue(sent < ENDLESS, "the server read all of it");
    long used = directMemory() - before;
    assertTrue(used < MOST_MEMORY, used + " bytes of memory");
    try (RawClient other = RawClient.attached(setup.address, "disk", Access.READ_ONLY)) {
      other.send(RawClient.request(Opcode.READ, 1, 0, 4096));
      other.expectReply(1, Status.OK);
    }
  }

  @Test
  void shouldStopReadingRequestsWhoseRepliesAreNotRead() throws IOException {
    try (PortSetup setup = PortSetup.ordinary();
        SocketChannel channel = connect(setup.address, opening(), attach(Access.READ_ONLY))) {
      long before = directMemory();
      long sent = flood(channel, id -> settled(Opcode.READ, id, 65536));
      expectBounded(sent, before, setup);
    }
  }

  @Test
  void shouldStopReadingPingsWhosePongsAreNotReadInBothPhases() throws IOException {
    byte[] ping = RawClient.bytes(new FrameHeader().start(Opcode.PING, 0, 1), new byte[0]);
    try (PortSetup setup = PortSetup.ordinary();
        SocketChannel opened = connect(setup.address, opening());
        SocketChannel attached = connect(setup.address, opening(), attach(Access.READ_ONLY))) {
      long before = directMemory();
      expectBounded(flood(opened, id -> ping), before, setup);
      expectBounded(flood(attached, id -> ping), before, setup);
    }
  }

  @Test
  void shouldStopReadingWritesWhileTheStoreIsSlow() throws Exception {
    GatedStore gated = new GatedStore();
    byte[] block = new byte[256 << 10];
    try (PortSetup setup =
            new PortSetup(PortSetup.options(10, Duration.ofSeconds(20)), gated.asStore());
        SocketChannel channel = connect(setup.address, opening(), attach(Access.READ_WRITE))) {
      long before = directMemory();
      long sent = flood(channel, id -> settled(Opcode.WRITE, id, block.length, block));
      expectBounded(sent, before, setup);
      gated.mayWrite.release(1_000_000);
    }
  }

  @Test
  void shouldStopReadingFlushesThatPassTheirOwnWatermark() throws Exception {
    GatedStore gated = new GatedStore();
    try (PortSetup setup =
            new PortSetup(PortSetup.options(10, Duration.ofSeconds(20)), gated.asStore());
        SocketChannel channel = connect(setup.address, opening(), attach(Access.READ_WRITE))) {
      long before = directMemory();
      byte[] block = new byte[4096];
      long sent =
          flood(
              channel,
              id ->
                  id == 1
                      ? settled(Opcode.WRITE, id, block.length, block)
                      : settled(Opcode.TRIM, id, block.length));
      expectBounded(sent, before, setup);
      gated.mayWrite.release(1_000_000);
    }
  }

  @Test
  void shouldGoOnWhenTheStoreHasCaughtUp() throws Exception {
    GatedStore gated = new GatedStore();
    try (PortSetup setup =
            new PortSetup(PortSetup.options(10, Duration.ofSeconds(20)), gated.asStore());
        RawClient client = RawClient.attached(setup.address, "disk", Access.READ_WRITE)) {
      int count = 40;
      byte[] block = new byte[PortSetup.MAX_PAYLOAD];
      Thread sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int id = 1; id <= count; id++) {
                        long offset = (long) id * block.length;
                        client.send(
                            RawClient.request(Opcode.WRITE, id, offset, block.length, block));
                      }
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
      gated.awaitWrite();
      gated.mayWrite.release(1_000_000);
      for (int i = 0; i < count; i++) {
        assertEquals(Status.OK, client.receive(Opcode.REPLY).header().status());
      }
      sender.join();
      client.expectAlive();
    }
  }
}
