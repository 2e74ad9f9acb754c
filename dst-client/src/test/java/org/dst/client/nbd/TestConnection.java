package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.HeaderFormat;

/**
 * A client's end of a connection whose server is real but has no socket. Every byte of memory that
 * the server and the device take is counted; {@link #close} fails if any is left.
 */
final class TestConnection implements AutoCloseable {
  private final UnpooledByteBufAllocator allocator;
  private final NbdServerContext service;
  private final MemoryDevice device;
  private final Stallable channel;
  private final ByteBuf received = Unpooled.buffer();
  private HeaderFormat format = HeaderFormat.SIMPLE;

  /** A channel that can be made to keep what is written. */
  private static final class Stallable extends EmbeddedChannel {
    private boolean stalled;

    Stallable(ChannelInitializer<Channel> initializer) {
      super(initializer);
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
      if (!stalled) {
        super.doWrite(in);
      }
    }
  }

  TestConnection(DeviceInfo info) {
    this(info, NbdLimits.DEFAULT);
  }

  TestConnection(DeviceInfo info, NbdLimits limits) {
    allocator = newAllocator();
    device = new MemoryDevice(allocator, info);
    service = new NbdServerContext(device, limits);
    channel = open();
  }

  /** Another connection to the server of {@code other}. */
  TestConnection(TestConnection other) {
    allocator = other.allocator;
    device = other.device;
    service = other.service;
    channel = open();
  }

  /** A disk of 1 MiB with every feature, in transmission. */
  static TestConnection ready(HeaderFormat format, boolean metaContext) {
    return ready(MemoryDevice.info(1 << 20, 1, false, MemoryDevice.ALL), format, metaContext);
  }

  static TestConnection ready(DeviceInfo info, HeaderFormat format, boolean metaContext) {
    return new TestConnection(info).negotiate(format, metaContext);
  }

  TestConnection negotiate(HeaderFormat wanted, boolean metaContext) {
    format = wanted;
    send(Wire.opening(wanted, metaContext));
    receive();
    return this;
  }

  /** Counts exactly, which makes the slow leak detector needless. */
  static UnpooledByteBufAllocator newAllocator() {
    return new UnpooledByteBufAllocator(true, true, false);
  }

  private Stallable open() {
    return new Stallable(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel created) {
            created.config().setAllocator(allocator);
            created.pipeline().addLast(new ConnectionInitializer(service));
          }
        });
  }

  HeaderFormat format() {
    return format;
  }

  MemoryDevice device() {
    return device;
  }

  NbdServerContext service() {
    return service;
  }

  EmbeddedChannel channel() {
    return channel;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  void send(byte[] bytes) {
    channel.writeInbound(allocator.buffer(Math.max(1, bytes.length)).writeBytes(bytes));
    channel.runPendingTasks();
  }

  void request(int flags, int type, long cookie, long offset, long length) {
    send(Wire.request(format, flags, type, cookie, offset, length));
  }

  void write(int flags, long cookie, long offset, byte[] data) {
    send(Wire.write(format, flags, cookie, offset, data));
  }

  /** Carries out a held request and lets the connection react. */
  void complete(int index) {
    device.complete(index);
    channel.runPendingTasks();
  }

  void stall(boolean stalled) {
    channel.stalled = stalled;
    if (!stalled) {
      channel.flush();
      channel.runPendingTasks();
    }
  }

  /** What the server has sent since the last call. */
  byte[] receive() {
    channel.runPendingTasks();
    for (ByteBuf piece; (piece = channel.readOutbound()) != null; ) {
      received.writeBytes(piece);
      piece.release();
    }
    byte[] bytes = new byte[received.readableBytes()];
    received.readBytes(bytes);
    received.clear();
    return bytes;
  }

  List<Wire.Reply> replies(int simpleData) {
    return Wire.replies(receive(), simpleData);
  }

  /** The only reply that came. */
  Wire.Reply reply(int simpleData) {
    List<Wire.Reply> replies = replies(simpleData);
    assertEquals(1, replies.size(), "replies");
    return replies.getFirst();
  }

  /** Sends a request and returns the error of its only reply. */
  int error(int flags, int type, long offset, long length) {
    request(flags, type, 77, offset, length);
    return reply(type == 0 ? (int) length : 0).error();
  }

  void disconnect() {
    receive();
    channel.finishAndReleaseAll();
    channel.runPendingTasks();
  }

  @Override
  public void close() {
    disconnect();
    while (device.heldCount() > 0) {
      device.complete(0);
    }
    channel.runPendingTasks();
    assertEquals(0, service.budget().used(), "bytes of the budget that were not given back");
    assertEquals(0, allocator.metric().usedDirectMemory(), "direct memory that leaked");
    assertEquals(0, allocator.metric().usedHeapMemory(), "heap buffers that leaked");
  }
}
