package org.dst.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames of all sizes over a real socket, with the receiver pausing at any moment. */
@ExtendWith(Watch.class)
@Timeout(60)
class InPlaceReceivingTest {
  private static final int FRAMES = 1500;
  private static final int LARGEST = 6 << 20;

  enum Transport {
    NIO(() -> true, NioIoHandler::newFactory, NioServerSocketChannel.class, NioSocketChannel.class),
    EPOLL(
        Epoll::isAvailable,
        EpollIoHandler::newFactory,
        EpollServerSocketChannel.class,
        EpollSocketChannel.class),
    URING(
        IoUring::isAvailable,
        IoUringIoHandler::newFactory,
        IoUringServerSocketChannel.class,
        IoUringSocketChannel.class);

    final BooleanSupplier available;
    final Supplier<IoHandlerFactory> factory;
    final Class<? extends ServerChannel> server;
    final Class<? extends Channel> client;

    Transport(
        BooleanSupplier available,
        Supplier<IoHandlerFactory> factory,
        Class<? extends ServerChannel> server,
        Class<? extends Channel> client) {
      this.available = available;
      this.factory = factory;
      this.server = server;
      this.client = client;
    }
  }

  /** Most frames are small, one in sixteen is large. */
  private static int size(int id) {
    var random = new Random(id * 0x9e3779b97f4a7c15L); // neighbouring seeds begin alike
    return switch (random.nextInt(16)) {
      case 0 -> 1 + random.nextInt(LARGEST >> random.nextInt(8));
      case 1, 2, 3 -> 0;
      default -> 1 + random.nextInt(9000);
    };
  }

  /** Checks order, length, checksum and shape of what comes, and pauses now and then. */
  private static final class Receiver implements FrameListener {
    final CompletableFuture<Integer> done = new CompletableFuture<>();
    final Random random = new Random(1);
    final byte[] expected = new byte[Frames.CHECKSUM];
    FrameDecoder decoder;
    Channel channel;
    int next;
    int pauses;

    @Override
    public int maxPayload(FrameHeader header) {
      return Limits.MAX_PAYLOAD;
    }

    @Override
    public int maxPayload() {
      return Limits.MAX_PAYLOAD;
    }

    @Override
    public void onFrame(FrameHeader header, byte[] checksum, ByteBuf payload) {
      try {
        assertEquals(next, header.id());
        int size = size(next);
        assertEquals(size, payload == null ? 0 : payload.readableBytes());
        if (payload != null) {
          Frames.crc(payload, expected);
          assertEquals(0, Arrays.compare(checksum, 0, 4, expected, 0, 4));
          assertTrue(size < 1 << 20 || payload.nioBufferCount() == 1, "in one piece");
          payload.release();
        }
      } catch (AssertionError wrong) {
        done.completeExceptionally(wrong);
      }
      if (++next == FRAMES) {
        done.complete(pauses);
      } else if (random.nextInt(20) == 0) {
        pause();
      }
    }

    /** Stops for a moment; also called between reads, so in the middle of a payload. */
    void pause() {
      pauses++;
      decoder.setPaused(true);
      channel
          .eventLoop()
          .schedule(() -> decoder.setPaused(false), random.nextInt(400), TimeUnit.MICROSECONDS);
    }

    @Override
    public void onMalformed(MalformedException cause) {
      done.completeExceptionally(cause);
    }

    @Override
    public void onException(Throwable cause) {
      done.completeExceptionally(cause);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onClosed() {
      done.completeExceptionally(new AssertionError("closed"));
    }
  }

  /** Sees how much the channel could have read at once. */
  private static final class Meter extends ChannelInboundHandlerAdapter {
    volatile int largest;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      largest = Math.max(largest, ((ByteBuf) message).capacity());
      context.fireChannelRead(message);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void shouldReceiveFramesOfAllSizesWhole(Transport transport) throws Exception {
    assumeTrue(transport.available.getAsBoolean(), () -> transport + " is not to be had here");
    var receiver = new Receiver();
    var meter = new Meter();
    var group = new MultiThreadIoEventLoopGroup(2, transport.factory.get());
    try {
      Channel server = listen(transport, group, receiver, meter);
      Channel client =
          new Bootstrap()
              .group(group)
              .channel(transport.client)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(server.localAddress())
              .sync()
              .channel();
      client.eventLoop().execute(new Sender(client)::sendSome);
      assertTrue(receiver.done.get(50, TimeUnit.SECONDS) > 10, "it paused now and then");
      assertTrue(meter.largest > 128 << 10, "read in place, largest buffer " + meter.largest);
      client.close().sync();
    } finally {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }

  private static Channel listen(
      Transport transport, MultiThreadIoEventLoopGroup group, Receiver receiver, Meter meter)
      throws InterruptedException {
    return new ServerBootstrap()
        .group(group)
        .channel(transport.server)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                receiver.channel = channel;
                receiver.decoder = new PlainFrameDecoder(receiver, Frames.CHECKSUM);
                channel.pipeline().addLast(meter, receiver.decoder);
                channel
                    .eventLoop()
                    .scheduleAtFixedRate(receiver::pause, 3, 3, TimeUnit.MILLISECONDS);
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }

  /** Sends as long as the socket takes it. */
  private static final class Sender {
    private final Channel channel;
    private final FrameWriter writer;
    private int next;

    Sender(Channel channel) {
      this.channel = channel;
      writer = new PlainFrameWriter(channel, Frames.CHECKSUM, Frames::crc);
      channel
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelWritabilityChanged(ChannelHandlerContext context) {
                  if (channel.isWritable()) {
                    channel.eventLoop().execute(Sender.this::sendSome);
                  }
                }
              });
    }

    void sendSome() {
      while (next < FRAMES && channel.isWritable()) {
        int size = size(next);
        ByteBuf payload = size == 0 ? null : channel.alloc().directBuffer(size);
        if (payload != null) {
          payload.writeBytes(Frames.bytes(next, size));
        }
        writer.write(new FrameHeader().start(Opcode.WRITE, 0, next), payload);
        next++;
      }
      writer.flush();
      if (next == FRAMES) {
        writer.close(); // twice does no harm
      }
    }
  }
}
