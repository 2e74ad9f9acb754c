package org.dst.client.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.record.RecordCrypto;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.codec.InPlaceReceiver;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;

/**
 * Opens links: connects to a server, and completes the opening and the handshake. Any thread;
 * outcomes are reported on the given event loop.
 *
 * @param transport which sockets are used
 * @param checksums names to offer, best first
 * @param timeout for connecting, again for the opening, and again for the handshake
 * @param security how links are to be protected
 * @param crypto seals and opens the records of secured links, owned by the caller; null if plain
 */
public record Dialer(
    NettyTransport transport,
    List<String> checksums,
    Duration timeout,
    ClientSecurity security,
    RecordCrypto crypto) {
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(2 << 20, 8 << 20);

  /**
   * How long the kernel retransmits what the server's machine does not acknowledge
   * (TCP_USER_TIMEOUT). Its back-off doubles: after a cable was out for some seconds, a new
   * connection recovers sooner.
   */
  private static final Duration STALLED = Duration.ofSeconds(2);

  private static final HostNames NAMES = new HostNames();

  /** A dialer of plain links to this machine. */
  public Dialer(NettyTransport transport, List<String> checksums, Duration timeout) {
    this(transport, checksums, timeout, new ClientSecurity.Plain(false), null);
  }

  /** The same dialer, offering that checksum only. */
  public Dialer offering(String checksum) {
    return new Dialer(transport, List.of(checksum), timeout, security, crypto);
  }

  /** The outcome of a dial; one of the two is called, once. */
  public interface Outcome {
    /** The link is open; {@code channel} has no handlers left. */
    void opened(Channel channel, LinkParameters parameters);

    /** No link could be opened. */
    void failed(LinkFailure failure);
  }

  /** Starts connecting to {@code server} on {@code loop}. */
  public void dial(ServerAddress server, EventLoop loop, Outcome outcome) {
    dial(server, Long.MAX_VALUE, loop, outcome);
  }

  /**
   * The same, with a limit for the connection.
   *
   * @param connectNanos limit for the server's machine to accept it; the dialer's timeout applies,
   *     too
   */
  public void dial(ServerAddress server, long connectNanos, EventLoop loop, Outcome outcome) {
    NAMES
        .find(server.host())
        .whenCompleteAsync(
            (address, failure) -> {
              if (address == null) {
                outcome.failed(
                    LinkFailure.of(
                        LinkFailure.Kind.UNREACHABLE,
                        "cannot reach %s: host name not known".formatted(server)));
              } else if (!security.permits(address)) {
                outcome.failed(inClear(server));
              } else {
                connect(server, address, connectNanos, loop, outcome);
              }
            },
            loop);
  }

  private void connect(
      ServerAddress server,
      InetAddress address,
      long connectNanos,
      EventLoop loop,
      Outcome outcome) {
    long connectMillis = Math.min(timeout.toMillis(), TimeUnit.NANOSECONDS.toMillis(connectNanos));
    ClientOpeningHandler handler = new ClientOpeningHandler(server, timeout, next(server, outcome));
    ChannelFuture connect =
        new Bootstrap()
            .group(loop)
            .channel(transport.tcpChannel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectMillis)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    InPlaceReceiver.of(channel);
                    channel.pipeline().addLast(handler);
                  }
                })
            .connect(new InetSocketAddress(address, server.port()));
    connect.addListener(
        done -> {
          if (done.isSuccess()) {
            transport.setUserTimeout(connect.channel(), STALLED);
            handler.start(opening());
          } else {
            outcome.failed(
                LinkFailure.of(
                    LinkFailure.Kind.UNREACHABLE,
                    "cannot reach %s: %s".formatted(server, reason(done.cause()))));
          }
        });
  }

  private static LinkFailure inClear(ServerAddress server) {
    return new LinkFailure(
        LinkFailure.Kind.REFUSED,
        RefusalCode.SECURITY_MODE,
        "a plain link to %s would be neither encrypted nor authenticated; use a key"
                .formatted(server)
            + " (--key-file), or allow it (--insecure-plain)");
  }

  /** What follows the opening: the handshake, if the link is secured. */
  private ClientOpeningHandler.Outcome next(ServerAddress server, Outcome outcome) {
    return new ClientOpeningHandler.Outcome() {
      @Override
      public void agreed(Channel channel, ServerOpening answer, byte[] prologue) {
        if (answer.mode() == SecurityMode.PLAIN) {
          outcome.opened(channel, LinkParameters.plain(answer));
          return;
        }
        ClientHandshakeHandler handshake =
            new ClientHandshakeHandler(server, security, prologue, timeout, last(answer, outcome));
        channel.pipeline().addLast(handshake);
        handshake.start();
      }

      @Override
      public void failed(LinkFailure failure) {
        outcome.failed(failure);
      }
    };
  }

  private ClientHandshakeHandler.Outcome last(ServerOpening answer, Outcome outcome) {
    return new ClientHandshakeHandler.Outcome() {
      @Override
      public void proved(Channel channel, HandshakeResult secrets) {
        outcome.opened(
            channel, LinkParameters.secured(answer, secrets, crypto, channel.eventLoop()));
      }

      @Override
      public void failed(LinkFailure failure) {
        outcome.failed(failure);
      }
    };
  }

  private ClientOpening opening() {
    return new ClientOpening(
        OpeningHeader.VERSION,
        OpeningHeader.VERSION,
        security.mode(),
        security.ciphers(),
        checksums,
        Extensions.NONE);
  }

  private static String reason(Throwable cause) {
    if (cause instanceof io.netty.channel.ConnectTimeoutException) {
      return "no answer to the connection attempt";
    }
    if (cause instanceof ConnectException
        && String.valueOf(cause.getMessage()).contains("refused")) {
      return "connection refused; is dstd running there, on that port?";
    }
    return cause.getMessage();
  }
}
