package org.dst.cli.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.dst.client.nbd.NbdServer;
import org.dst.client.nbd.UnixSocketFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix socket (mode 0600) on which a running program answers. It has its own event loop, so
 * that it still answers when those of the data path are stuck. Opened and closed by threads that
 * may block.
 */
public final class ControlSocket implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControlSocket.class);

  /** Bytes of a command: room for the longest export name with its JSON escapes. */
  static final int MAX_LINE = 32 << 10;

  private static final int READ_SECONDS = 5;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("dst-control", true), NioIoHandler.newFactory());

  private UnixSocketFile file;

  private ControlSocket() {}

  /**
   * Starts to answer. A program that cannot create its control socket runs without one: its work
   * matters more than being observable, so the failure is only logged.
   *
   * @param directory of the control sockets, created if missing
   * @param program the name of this program, such as "dst"
   */
  public static ControlSocket open(Path directory, String program, StatusSource source) {
    ControlSocket socket = new ControlSocket();
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      RunningPrograms.removeDead(directory);
      socket.listen(RunningPrograms.socket(directory, program), source);
    } catch (IOException cannot) {
      log.warn("'{} status' will not find this process: {}", program, cannot.toString());
    }
    return socket;
  }

  private void listen(Path path, StatusSource source) throws IOException {
    UnixSocketFile prepared = UnixSocketFile.prepare(path);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    serve(channel, source);
                  }
                })
            .bind(UnixDomainSocketAddress.of(prepared.bindPath()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + path, bound.cause());
    }
    prepared.publish(NbdServer.OWNER_ONLY);
    file = prepared;
  }

  private static void serve(Channel channel, StatusSource source) {
    channel
        .pipeline()
        .addLast(
            new ReadTimeoutHandler(READ_SECONDS),
            new LineBasedFrameDecoder(MAX_LINE),
            new StringDecoder(StandardCharsets.UTF_8),
            new StringEncoder(StandardCharsets.UTF_8),
            new ControlHandler(source));
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.remove();
      } catch (IOException failed) {
        log.warn("cannot remove the control socket: {}", failed.toString());
      }
    }
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
