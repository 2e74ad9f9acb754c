package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.dst.crypto.noise.ClientHandshake;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.ServerCounter;
import org.dst.server.port.LinkAcceptor;
import org.dst.server.port.NegotiatedLink;
import org.dst.server.port.SecurityOptions;
import org.dst.system.harness.Full;
import org.dst.system.harness.RawDst;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Damaged openings, handshakes and first records at a server's port, each on its own channel: none
 * opens a link or attaches, and none leaves anything behind.
 */
@ExtendWith(Watch.class)
@Timeout(90)
class MutatedServerLinksTest {
  private final QuietLog log = new QuietLog();
  private final Random random = new Random(4);
  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();
  private final List<NegotiatedLink> opened = new ArrayList<>();
  private final RecordCrypto crypto = new RecordCrypto(0, null);
  private final LinkAcceptor acceptor =
      new LinkAcceptor(
          SecurityOptions.of(
              List.of(SecurityMode.PSK, SecurityMode.KEYS),
              SecuredServer.CIPHERS,
              SecuredServer.CHECKSUMS),
          keys::ofServer,
          Duration.ofSeconds(10),
          Runnable::run,
          opened::add);

  /** A channel that comes from a machine. */
  private static final class Stranger extends EmbeddedChannel {
    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress("192.0.2.1", 4711);
    }

    void arrive(byte[] bytes) {
      if (isOpen() && bytes.length > 0) {
        writeInbound(alloc().directBuffer(bytes.length).writeBytes(bytes));
      }
    }

    byte[] said() {
      ByteBuf all = alloc().buffer();
      for (ByteBuf piece = readOutbound(); piece != null; piece = readOutbound()) {
        all.writeBytes(piece);
        piece.release();
      }
      byte[] bytes = ByteBufUtil.getBytes(all);
      all.release();
      return bytes;
    }
  }

  @AfterEach
  void close() {
    log.close();
    crypto.close();
  }

  private static byte[] opening(SecurityMode mode) {
    return RawDst.encoded(
        new ClientOpening(
                OpeningHeader.VERSION,
                OpeningHeader.VERSION,
                mode,
                SecuredServer.CIPHERS,
                SecuredServer.CHECKSUMS,
                Extensions.NONE)
            ::encode);
  }

  private SecurityMode anyMode() {
    return random.nextBoolean() ? SecurityMode.PSK : SecurityMode.KEYS;
  }

  private void expectNoLink(Stranger channel) {
    channel.finishAndReleaseAll();
    assertEquals(List.of(), opened, "opened links");
  }

  private byte[] firstMessage(SecurityMode mode, Stranger channel) throws Exception {
    byte[] opening = opening(mode);
    channel.arrive(opening);
    byte[] prologue = Damage.concat(opening, channel.said());
    ClientHandshake client = keys.ofClient(mode).handshake(prologue);
    byte[] message = RawDst.encoded(new HandshakeMessage.Noise(client.begin())::encode);
    client.destroy();
    return message;
  }

  /** The genuine one at the end is let in only if all the others have given back their places. */
  private void mutate(int openings, int handshakes) throws Exception {
    for (int i = 0; i < openings; i++) {
      Stranger channel = new Stranger();
      acceptor.accept(channel);
      channel.arrive(Damage.any(opening(anyMode()), random));
      expectNoLink(channel);
    }
    for (int i = 0; i < handshakes; i++) {
      Stranger channel = new Stranger();
      acceptor.accept(channel);
      byte[] genuine = firstMessage(anyMode(), channel);
      byte[] damaged = Damage.any(genuine, random);
      channel.arrive(damaged);
      if (Damage.isNone(
          damaged,
          new byte[0],
          genuine)) { // what comes too much is a record's, not the handshake's
        assertEquals(1, opened.size(), "opened links");
        opened.removeFirst().secrets().destroy();
      }
      expectNoLink(channel);
    }
    Stranger last = new Stranger();
    acceptor.accept(last);
    last.arrive(firstMessage(SecurityMode.PSK, last));
    assertEquals(1, opened.size(), "the server is well");
    opened.removeFirst().secrets().destroy();
    last.finishAndReleaseAll();
  }

  /**
   * The attach is the first record; nothing that was damaged of it comes to the export's registry.
   */
  private void mutateAttaches(int count) throws Exception {
    byte[] attach =
        RawDst.bytes(
            Opcode.ATTACH, 0, header -> {}, RawDst.attach("disk", Access.READ_WRITE)::encode);
    try (SecuredServer server = SecuredServer.inMemory(Pace.PATIENT, keys)) {
      for (int i = 0; i < count; i++) {
        Secret there = Secret.random();
        Secret back = Secret.random();
        SealedFrames client = new SealedFrames(there.bytes(), back.bytes(), crypto);
        byte[] genuine = client.seal(attach);
        byte[] damaged = Damage.any(genuine, random);
        byte[] next = client.seal(attach); // whoever waits for the rest gets it
        if (Damage.isNone(damaged, next, genuine)) {
          continue;
        }
        Stranger channel = new Stranger();
        HandshakeResult secrets =
            new HandshakeResult(
                there, back, new byte[32], "shared", KeyPair.generate().publicKey());
        new NegotiatedLink(
                channel, SecurityMode.PSK, "aes-256-gcm", "crc32c", secrets, keys.ofServer())
            .link(server.server);
        channel.arrive(damaged);
        channel.arrive(next);
        channel.finishAndReleaseAll();
        assertFalse(channel.isOpen(), "the link has ended");
        assertEquals(0, channel.said().length, "bytes of an answer");
      }
      assertEquals(0, server.count(ServerCounter.ATTACHES), "attaches");
      assertEquals(0, server.count(ServerCounter.REFUSALS), "attaches that came to the registry");
    }
  }

  @Test
  void shouldBeOpenedByNoDamagedOpeningOrHandshake() throws Exception {
    mutate(1000, 200);
  }

  @Test
  void shouldBeAttachedToByNoDamagedRecord() throws Exception {
    mutateAttaches(300);
  }

  @Full
  @Test
  void shouldBearTensOfThousandsOfThem() throws Exception {
    long before = ProcessMemory.used();
    try (var _ = new LeakSampling()) {
      mutate(55_000, 10_000);
      mutateAttaches(20_000);
    }
    assertTrue(
        ProcessMemory.used() - before < ProcessMemory.LEEWAY,
        () -> ProcessMemory.used() + " bytes in use");
  }
}
