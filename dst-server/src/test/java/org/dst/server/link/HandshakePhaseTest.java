package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.key.SharedKey;
import org.dst.crypto.noise.ClientHandshake;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client may say between the openings and the first frame, and what it gets for it. */
@ExtendWith(Watch.class)
@Timeout(60)
class HandshakePhaseTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Secret key = Secret.random();
  private final KeyPair server = KeyPair.generate();
  private final KeyPair client = KeyPair.generate();
  private HandshakePort psk;
  private HandshakePort keys;

  @BeforeEach
  void listen() {
    ServerKeys shared =
        ServerKeys.shared(
            List.of(new SharedKey("old", Secret.random()), new SharedKey("new", key)));
    psk = new HandshakePort(SecurityMode.PSK, shared, LONG, 100);
    AllowedClients allowed = AllowedClients.of(Map.of(client.publicKey(), "node7"));
    keys = new HandshakePort(SecurityMode.KEYS, ServerKeys.pair(server, allowed), LONG, 100);
  }

  @AfterEach
  void close() {
    psk.close();
    keys.close();
  }

  private static void assertSame(HandshakeResult mine, HandshakeResult theirs) {
    assertEquals(mine.clientToServer(), theirs.clientToServer());
    assertEquals(mine.serverToClient(), theirs.serverToClient());
  }

  @Test
  void shouldHandOnTheSecretsAndTheNameOfTheSharedKey() throws Exception {
    try (HandshakingClient opening = new HandshakingClient(psk.address, SecurityMode.PSK)) {
      HandshakeResult mine = opening.finish(ClientHandshake.psk(key, opening.prologue));
      NegotiatedLink link = psk.opened();
      assertSame(mine, link.secrets());
      assertEquals("new", link.peer().keyName());
      assertEquals("aes-256-gcm", link.cipher());
      assertEquals("crc32c", link.checksum());
      assertTrue(link.channel().isActive());
      assertEquals(1, psk.count(PortCounter.HANDSHAKES));
    }
  }

  @Test
  void shouldHandOnTheSecretsAndTheNameOfTheClient() throws Exception {
    try (HandshakingClient opening = new HandshakingClient(keys.address, SecurityMode.KEYS)) {
      HandshakeResult mine =
          opening.finish(ClientHandshake.keys(client, server.publicKey(), opening.prologue));
      NegotiatedLink link = keys.opened();
      assertSame(mine, link.secrets());
      assertEquals("node7", link.peer().keyName());
      assertEquals(client.publicKey().base64(), link.peer().publicKey());
      assertEquals(client.publicKey(), link.secrets().peerPublicKey());
    }
  }

  @Test
  void shouldTakeOtherKeysForTheNextHandshake() throws Exception {
    Secret other = Secret.random();
    psk.keys = ServerKeys.shared(List.of(new SharedKey("other", other)));
    try (HandshakingClient former = new HandshakingClient(psk.address, SecurityMode.PSK);
        HandshakingClient opening = new HandshakingClient(psk.address, SecurityMode.PSK)) {
      former.send(ClientHandshake.psk(key, former.prologue).begin());
      former.expectRefusal();
      opening.finish(ClientHandshake.psk(other, opening.prologue));
      assertEquals("other", psk.opened().secrets().peerKeyName());
    }
  }

  @Test
  void shouldNotTakeAKeyThatWasReplacedWhileItsClientWaited() throws Exception {
    try (HandshakingClient waiting = new HandshakingClient(psk.address, SecurityMode.PSK)) {
      Secret other = Secret.random();
      psk.keys = ServerKeys.shared(List.of(new SharedKey("new", other)));
      waiting.send(ClientHandshake.psk(key, waiting.prologue).begin());
      waiting.expectRefusal();
      assertTrue(psk.openedNone());
    }
  }

  @Test
  void shouldKeepItsEventLoopFreeWhileAnAnswerIsComputed() throws Exception {
    BlockingQueue<Runnable> computations = new LinkedBlockingQueue<>();
    psk.worker = computations::add;
    try (HandshakingClient first = new HandshakingClient(psk.address, SecurityMode.PSK)) {
      ClientHandshake one = ClientHandshake.psk(key, first.prologue);
      first.send(one.begin());
      Runnable slow = computations.take();
      try (HandshakingClient other =
          new HandshakingClient(psk.address, SecurityMode.PSK)) { // answered by the same loop
        other.send(ClientHandshake.psk(key, other.prologue).begin());
        computations.take();
      }
      assertTrue(psk.openedNone());
      slow.run();
      HandshakeResult mine = one.finish(((HandshakeMessage.Noise) first.receive()).bytes());
      assertSame(mine, psk.opened().secrets());
    }
  }

  /** When many come at once, the time would be taken from those who still wait. */
  @Test
  void shouldNotComputeAnAnswerForAClientThatIsGone() throws Exception {
    BlockingQueue<Runnable> computations = new LinkedBlockingQueue<>();
    try (HandshakePort hasty =
            new HandshakePort(SecurityMode.PSK, psk.keys, Duration.ofMillis(200), 100);
        HandshakingClient late = new HandshakingClient(hasty.address, SecurityMode.PSK)) {
      hasty.worker = computations::add;
      late.send(ClientHandshake.psk(key, late.prologue).begin());
      Runnable computation = computations.take();
      late.client.expectEnd();
      hasty.keys = null; // nobody may ask for them
      computation.run();
      assertTrue(hasty.openedNone());
    }
  }

  /** Whatever is wrong with the key, the client hears the same. */
  @Test
  void shouldRefuseWhoeverHasNoKey() throws Exception {
    try (HandshakingClient wrongKey = new HandshakingClient(psk.address, SecurityMode.PSK);
        HandshakingClient wrongServer = new HandshakingClient(keys.address, SecurityMode.KEYS);
        HandshakingClient stranger = new HandshakingClient(keys.address, SecurityMode.KEYS);
        HandshakingClient garbage = new HandshakingClient(psk.address, SecurityMode.PSK);
        HandshakingClient zeroPoint = new HandshakingClient(keys.address, SecurityMode.KEYS)) {
      wrongKey.send(ClientHandshake.psk(Secret.random(), wrongKey.prologue).begin());
      wrongKey.expectRefusal();
      wrongServer.send(
          ClientHandshake.keys(client, client.publicKey(), wrongServer.prologue).begin());
      wrongServer.expectRefusal();
      stranger.send(
          ClientHandshake.keys(KeyPair.generate(), server.publicKey(), stranger.prologue).begin());
      stranger.expectRefusal();
      byte[] random = new byte[4096];
      new Random(7).nextBytes(random);
      garbage.send(random);
      garbage.expectRefusal();
      zeroPoint.send(new byte[96]);
      zeroPoint.expectRefusal();
    }
    assertEquals(2, psk.count(PortCounter.HANDSHAKES_FAILED));
    assertEquals(3, keys.count(PortCounter.HANDSHAKES_FAILED));
    assertTrue(psk.openedNone() && keys.openedNone());
  }

  @Test
  void shouldFindOutThatTheOpeningsWereAltered() throws Exception {
    int length;
    try (HandshakingClient first = new HandshakingClient(psk.address, SecurityMode.PSK)) {
      length = first.prologue.length;
    }
    for (int i = 0; i < length; i++) {
      try (HandshakingClient opening = new HandshakingClient(psk.address, SecurityMode.PSK)) {
        byte[] altered = opening.prologue.clone();
        altered[i] ^= 1;
        opening.send(ClientHandshake.psk(key, altered).begin());
        opening.expectRefusal();
      }
    }
  }

  @Test
  void shouldNotTakeAMessageThatWasRecorded() throws Exception {
    byte[] recorded;
    try (HandshakingClient opening = new HandshakingClient(psk.address, SecurityMode.PSK)) {
      recorded = ClientHandshake.psk(key, opening.prologue).begin();
      opening.send(recorded);
      assertTrue(opening.receive() instanceof HandshakeMessage.Noise);
      psk.opened();
    }
    try (HandshakingClient replay = new HandshakingClient(psk.address, SecurityMode.PSK)) {
      replay.send(recorded);
      replay.expectRefusal();
    }
  }

  @Test
  void shouldEndALinkWhoseMessageIsNone() throws Exception {
    byte[] refusal =
        RawClient.encoded(new HandshakeMessage.Refusal(RefusalCode.BUSY, "me too")::encode);
    for (byte[] bytes :
        List.of(
            "GET / HTTP/1.1\r\n\r\n".getBytes(),
            new byte[] {0, 0, 0x10, 0x01},
            new byte[] {0, 0, 0, 0},
            refusal)) {
      try (HandshakingClient opening = new HandshakingClient(psk.address, SecurityMode.PSK)) {
        opening.client.send(bytes);
        opening.client.expectEnd();
      }
    }
  }

  @Test
  void shouldTakeAMessageThatComesByteByByte() throws Exception {
    try (HandshakingClient opening = new HandshakingClient(psk.address, SecurityMode.PSK)) {
      ClientHandshake handshake = ClientHandshake.psk(key, opening.prologue);
      byte[] message = RawClient.encoded(new HandshakeMessage.Noise(handshake.begin())::encode);
      for (byte one : message) {
        opening.client.send(new byte[] {one});
      }
      handshake.finish(((HandshakeMessage.Noise) opening.receive()).bytes());
      psk.opened();
    }
  }

  @Test
  void shouldEndALinkThatDoesNotFinishInTime() throws Exception {
    try (HandshakePort hasty =
            new HandshakePort(SecurityMode.PSK, psk.keys, Duration.ofMillis(200), 100);
        HandshakingClient silent = new HandshakingClient(hasty.address, SecurityMode.PSK);
        HandshakingClient half = new HandshakingClient(hasty.address, SecurityMode.PSK)) {
      byte[] message =
          RawClient.encoded(
              new HandshakeMessage.Noise(ClientHandshake.psk(key, half.prologue).begin())::encode);
      half.client.send(Arrays.copyOf(message, 30));
      silent.client.expectEnd();
      half.client.expectEnd();
      assertTrue(hasty.openedNone());
    }
  }

  @Test
  void shouldRefuseAnotherModeAndAnotherCipher() throws Exception {
    try (RawClient plain = new RawClient(psk.address);
        RawClient other = new RawClient(psk.address)) {
      plain.send(RawClient.opening()::encode);
      assertEquals("server requires psk; client offered plain", plain.serverOpening().text());
      plain.expectEnd();
      other.send(
          new ClientOpening(
                  1, 1, SecurityMode.PSK, List.of("rot13"), List.of("crc32c"), Extensions.NONE)
              ::encode);
      assertEquals(
          "no cipher in common: server has aes-256-gcm; client has rot13",
          other.serverOpening().text());
      other.expectEnd();
    }
  }
}
