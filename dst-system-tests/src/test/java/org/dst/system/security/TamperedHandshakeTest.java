package org.dst.system.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dst.client.link.ClientSecurity;
import org.dst.client.link.Dialer;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.LinkParameters;
import org.dst.client.link.ServerAddress;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.key.SharedKey;
import org.dst.crypto.record.RecordCrypto;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.testing.Watch;
import org.dst.server.port.LinkAcceptor;
import org.dst.server.port.SecurityOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No alteration of the openings or the handshake ever results in a link. */
@ExtendWith(Watch.class)
@Timeout(120)
class TamperedHandshakeTest {
  private static final List<String> CIPHERS = List.of("aes-256-gcm", "chacha20-poly1305");
  private static final List<String> CHECKSUMS = List.of("crc32c", "none");
  private static final int MODE = 14;

  private final Secret psk = Secret.random();
  private final KeyPair server = KeyPair.generate();
  private final KeyPair client = KeyPair.generate();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final RecordCrypto crypto = new RecordCrypto(0, null);
  private ManInTheMiddle between;

  @BeforeEach
  void listen() throws IOException {
    ServerKeys keys =
        new ServerKeys(
            List.of(new SharedKey("k", psk)),
            server,
            AllowedClients.of(Map.of(client.publicKey(), "node7")));
    LinkAcceptor acceptor =
        new LinkAcceptor(
            SecurityOptions.of(
                List.of(SecurityMode.PSK, SecurityMode.KEYS, SecurityMode.PLAIN),
                CIPHERS,
                CHECKSUMS),
            () -> keys,
            Duration.ofSeconds(10),
            Runnable::run,
            link -> {});
    var listening =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    acceptor.accept(channel);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly();
    between = new ManInTheMiddle((InetSocketAddress) listening.channel().localAddress());
  }

  @AfterEach
  void close() throws IOException {
    between.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private ClientSecurity security(SecurityMode mode) {
    return mode == SecurityMode.PSK
        ? new ClientSecurity.Psk(psk, CIPHERS)
        : new ClientSecurity.Keys(client, server.publicKey(), CIPHERS);
  }

  /** Null if a link came of it. */
  private LinkFailure dial(SecurityMode mode, Duration timeout) {
    var ended = new CompletableFuture<LinkFailure>();
    new Dialer(NettyTransport.NIO, CHECKSUMS, timeout, security(mode), crypto)
        .dial(
            new ServerAddress("127.0.0.1", between.port()),
            loops.next(),
            new Dialer.Outcome() {
              @Override
              public void opened(Channel channel, LinkParameters terms) {
                channel.close();
                ended.complete(null);
              }

              @Override
              public void failed(LinkFailure failure) {
                ended.complete(failure);
              }
            });
    return ended.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Inverts a bit of the byte at that position. */
  private static ManInTheMiddle.Alteration flip(long target) {
    int bit = 1 << target % 8;
    return (position, value) -> position == target ? value ^ bit : value;
  }

  private static ManInTheMiddle.Alteration measure(AtomicLong count) {
    return (position, value) -> {
      count.incrementAndGet();
      return value;
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"PSK", "KEYS"})
  void shouldOpenNoLinkIfAnyByteIsAltered(SecurityMode mode) {
    AtomicLong there = new AtomicLong();
    AtomicLong back = new AtomicLong();
    between.alter(measure(there), measure(back));
    assertNull(dial(mode, Duration.ofSeconds(20)));
    assertTrue(there.get() > 90 && back.get() > 100, there + " and " + back + " bytes");
    Duration hasty = Duration.ofMillis(200); // an altered length makes either side wait for more
    for (long i = 0; i < there.get(); i++) {
      between.alter(flip(i), (position, value) -> value);
      assertNotNull(dial(mode, hasty), "byte " + i + " of the client was altered");
    }
    for (long i = 0; i < back.get(); i++) {
      between.alter((position, value) -> value, flip(i));
      assertNotNull(dial(mode, hasty), "byte " + i + " of the server was altered");
    }
    between.alter((position, value) -> value, (position, value) -> value);
    assertNull(dial(mode, Duration.ofSeconds(20)), "the server is well");
  }

  /** The server takes plain links, too; the client is told that its own wish was granted. */
  @Test
  void shouldNotBeTalkedDownToPlain() {
    ManInTheMiddle.Alteration toPlain = (position, value) -> position == MODE ? 0 : value;
    ManInTheMiddle.Alteration back = (position, value) -> position == MODE ? 1 : value;
    between.alter(toPlain, (position, value) -> value);
    LinkFailure told = dial(SecurityMode.PSK, Duration.ofSeconds(20));
    assertEquals(LinkFailure.Kind.NOT_DST, told.kind());
    assertTrue(told.text().contains("mode PLAIN"), told.text());
    between.alter(toPlain, back);
    assertNotNull(dial(SecurityMode.PSK, Duration.ofMillis(500)), "the cipher is missing");
  }

  /** The first cipher's name is spoilt on the way, so that the server takes the second. */
  @Test
  void shouldNotBeTalkedDownToAnotherCipher() {
    between.alter(flip(20), (position, value) -> value);
    LinkFailure failure = dial(SecurityMode.PSK, Duration.ofSeconds(20));
    assertEquals(LinkFailure.Kind.REFUSED, failure.kind());
    assertTrue(failure.text().contains("the key does not match"), failure.text());
  }
}
