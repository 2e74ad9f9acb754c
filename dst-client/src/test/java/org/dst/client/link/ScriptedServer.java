package org.dst.client.link;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Features;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;

/**
 * A server on a real socket that does nothing by itself but the opening: the test takes each
 * connection and each frame and says what is answered, or that nothing is.
 */
public final class ScriptedServer implements AutoCloseable {
  /** The identity of the store that it pretends to have. */
  public static final UUID IDENTITY = new UUID(1, 2);

  private static final long SECONDS = 20;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("scripted", true), NioIoHandler.newFactory());
  private final BlockingQueue<ScriptedLink> links = new LinkedBlockingQueue<>();

  /** Those that were taken, too. */
  private final List<ScriptedLink> all = new CopyOnWriteArrayList<>();

  private final Channel listener;
  private volatile ServerOpening opening = opening(1, SecurityMode.PLAIN, "crc32c");

  /** Listens on a free port of the loopback address. */
  public ScriptedServer() {
    listener =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    ScriptedLink link = new ScriptedLink(channel, opening);
                    all.add(link);
                    links.add(link);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  /** An opening that accepts. */
  public static ServerOpening opening(int version, SecurityMode mode, String checksum) {
    return new ServerOpening(RefusalCode.NONE, version, mode, "", checksum, "", Extensions.NONE);
  }

  /** Answers openings with this from now on. */
  public void answerOpeningsWith(ServerOpening answer) {
    opening = answer;
  }

  /** Where it listens. */
  public ServerAddress address() {
    return new ServerAddress("127.0.0.1", ((InetSocketAddress) listener.localAddress()).getPort());
  }

  /** Waits for the next connection. */
  public ScriptedLink accept() throws InterruptedException {
    ScriptedLink link = links.poll(SECONDS, TimeUnit.SECONDS);
    if (link == null) {
      throw new AssertionError("nobody connected within " + SECONDS + " s");
    }
    return link;
  }

  /** A usual answer to an attach: 64 MiB, frames up to 64 KiB, a window of 64. */
  public static Attached attached() {
    return attached(IDENTITY, 64 << 20, 64);
  }

  /** An answer to an attach. */
  public static Attached attached(UUID identity, long size, int window) {
    return attached(identity, size, window, 0, new UUID(3, 4));
  }

  /** An answer to an attach, with all that must not change between links. */
  public static Attached attached(
      UUID identity, long size, int window, long leaseEpoch, UUID verifier) {
    return new Attached(
        size,
        1,
        4096,
        64 << 10,
        window,
        1 << 20,
        Features.FLUSH | Features.FUA | Features.TRIM | Features.BLOCK_STATUS,
        Access.READ_WRITE,
        16,
        identity,
        leaseEpoch,
        verifier,
        "scripted",
        Extensions.NONE);
  }

  /** Accepts a connection and grants its attach. */
  public ScriptedLink acceptAndAttach() throws InterruptedException {
    ScriptedLink link = accept();
    link.takeAttach();
    link.send(Opcode.ATTACHED, attached()::encode);
    return link;
  }

  /** Stops to accept; links that are up stay. */
  public void stopListening() {
    listener.close().syncUninterruptibly();
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    all.forEach(ScriptedLink::cut);
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  static void release(ByteBuf buffer) {
    if (buffer != null) {
      buffer.release();
    }
  }
}
