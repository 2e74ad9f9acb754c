package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.client.link.ClientRecords;
import org.dst.client.link.Dialer;
import org.dst.client.link.Link;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.LinkParameters;
import org.dst.client.link.ServerAddress;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.key.Secret;
import org.dst.crypto.record.LinkProtection;
import org.dst.crypto.record.RecordCrypto;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Opcode;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.testing.Watch;
import org.dst.system.harness.FaultProxy.Direction;
import org.dst.system.harness.Full;
import org.dst.system.harness.RawDst;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that receives damaged answers and replies: it gets no link, or loses it. */
@ExtendWith(Watch.class)
@Timeout(60)
class MutatedClientLinksTest {
  private static final int PAYLOAD = 300;

  private final Random random = new Random(5);
  private final QuietLog log = new QuietLog();
  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();
  private final RecordCrypto crypto = new RecordCrypto(0, null);
  private final EventLoopGroup loops = NettyTransport.best().newLoops(1, "mutated-test");

  @AfterEach
  void close() {
    log.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    crypto.close();
  }

  /** Damages one unit of what a server says, and ends it there. */
  private final class LastWord implements Tamper {
    private final int last;
    private volatile boolean none;

    LastWord(int last) {
      this.last = last;
    }

    @Override
    public void take(Unit unit, Wire wire) throws IOException {
      if (unit.direction() == Direction.TO_SERVER || unit.index() < last) {
        wire.forward(unit.bytes());
      } else {
        byte[] damaged = Damage.any(unit.bytes(), random);
        none = Damage.isNone(damaged, new byte[0], unit.bytes());
        wire.forward(damaged);
        wire.end();
      }
    }
  }

  /** Why there was no link; null if there was one. */
  private LinkFailure dial(ServerAddress address, SecurityMode mode) throws Exception {
    var ended = new CompletableFuture<LinkFailure>();
    new Dialer(
            NettyTransport.best(),
            SecuredServer.CHECKSUMS,
            Pace.PATIENT.dial(),
            keys.ofClient(mode),
            crypto)
        .dial(
            address,
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
    return ended.get(20, TimeUnit.SECONDS);
  }

  private void damageAnswers(int count) throws Exception {
    try (SecuredServer server = SecuredServer.inMemory(Pace.PATIENT, keys);
        TamperingProxy proxy = new TamperingProxy(server.address)) {
      for (int i = 0; i < count; i++) {
        LastWord damage = new LastWord(i % 2 == 0 ? Tamper.OPENING : Tamper.HANDSHAKE);
        proxy.plan(List.of(damage));
        LinkFailure failure =
            dial(proxy.address(), i % 4 < 2 ? SecurityMode.PSK : SecurityMode.KEYS);
        assertTrue(damage.none || failure != null, "a link came of it");
      }
      proxy.awaitSpent();
      assertNull(dial(proxy.address(), SecurityMode.PSK), "the client is well");
    }
  }

  /** Counts what a link tells. */
  private static final class Listener implements Link.User {
    private int frames;
    private LinkFailure ended;

    @Override
    public void onFrame(FrameHeader header, boolean intact, ByteBuf payload) {
      assertEquals(++frames, header.id(), "replies come in their order");
      assertTrue(intact, "the checksum of what has been opened");
      payload.release();
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
      // nothing is sent
    }

    @Override
    public void onEnded(LinkFailure why) {
      ended = why;
    }
  }

  private byte[] reply(long id) {
    byte[] payload = new byte[PAYLOAD];
    random.nextBytes(payload);
    return RawDst.bytes(Opcode.REPLY, id, header -> {}, out -> out.writeBytes(payload));
  }

  /** The second of three replies is damaged. */
  private void damageOneReply() {
    byte[] there = Secret.random().bytes();
    byte[] back = Secret.random().bytes();
    var server = new SealedFrames(back, there, crypto);
    byte[] first = server.seal(reply(1));
    byte[] genuine = server.seal(reply(2));
    byte[] third = server.seal(reply(3));
    byte[] damaged = Damage.any(genuine, random);
    EmbeddedChannel channel = new EmbeddedChannel();
    Listener listener = new Listener();
    var records =
        ClientRecords.of(
            there, back, crypto.cipher("aes-256-gcm"), crypto.pool(), channel.eventLoop());
    new Link(
        channel,
        new ServerAddress("192.0.2.1", 7777),
        new LinkParameters(
            Checksums.create("crc32c"),
            records,
            new LinkProtection("psk", "aes-256-gcm", "", "crc32c")),
        listener);
    byte[] all = Damage.concat(first, damaged, third);
    channel.writeInbound(channel.alloc().directBuffer(all.length).writeBytes(all));
    channel.finishAndReleaseAll();
    assertNotNull(listener.ended, "the link has ended");
    int most = Damage.isNone(damaged, third, genuine) ? 2 : 1;
    assertTrue(listener.frames <= most, listener.frames + " replies");
  }

  @Test
  void shouldHaveNoLinkAfterADamagedAnswer() throws Exception {
    damageAnswers(100);
  }

  @Test
  void shouldTakeNothingFromADamagedReplyOn() {
    for (int i = 0; i < 300; i++) {
      damageOneReply();
    }
  }

  @Full
  @Test
  void shouldBearThousandsOfThem() throws Exception {
    long before = ProcessMemory.used();
    try (var _ = new LeakSampling()) {
      damageAnswers(2_000);
      for (int i = 0; i < 10_000; i++) {
        damageOneReply();
      }
    }
    assertTrue(
        ProcessMemory.used() - before < ProcessMemory.LEEWAY,
        () -> ProcessMemory.used() + " bytes in use");
  }
}
