package org.dst.crypto.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.SharedKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HandshakeTest {
  private static final byte[] PROLOGUE = "both openings".getBytes();

  private final Secret psk = Secret.random();
  private final KeyPair server = KeyPair.generate();
  private final KeyPair client = KeyPair.generate();
  private final AllowedClients allowed =
      AllowedClients.of(Map.of(client.publicKey(), "node7", KeyPair.generate().publicKey(), "x"));

  private ClientHandshake client(Pattern pattern, byte[] prologue) {
    return switch (pattern) {
      case NN_PSK0 -> ClientHandshake.psk(psk, prologue);
      case IK -> ClientHandshake.keys(client, server.publicKey(), prologue);
    };
  }

  private ServerHandshake answer(Pattern pattern, byte[] prologue, byte[] message)
      throws NoiseException {
    return switch (pattern) {
      case NN_PSK0 ->
          ServerHandshake.psk(
              List.of(new SharedKey("old", Secret.random()), new SharedKey("new", psk)),
              prologue,
              message);
      case IK -> ServerHandshake.keys(server, allowed, prologue, message);
    };
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveBothSidesTheSameSecrets(Pattern pattern) throws NoiseException {
    ClientHandshake initiator = client(pattern, PROLOGUE);
    ServerHandshake answered = answer(pattern, PROLOGUE, initiator.begin());
    HandshakeResult mine = initiator.finish(answered.answer());
    HandshakeResult theirs = answered.result();
    assertEquals(mine.clientToServer(), theirs.clientToServer());
    assertEquals(mine.serverToClient(), theirs.serverToClient());
    assertNotEquals(mine.clientToServer(), mine.serverToClient());
    assertArrayEquals(mine.handshakeHash(), theirs.handshakeHash());
    assertNull(mine.peerKeyName());
    boolean keys = pattern == Pattern.IK;
    assertEquals(keys ? "node7" : "new", theirs.peerKeyName());
    assertEquals(keys ? client.publicKey() : null, theirs.peerPublicKey());
    assertEquals(keys ? server.publicKey() : null, mine.peerPublicKey());
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveOtherSecretsEveryTime(Pattern pattern) throws NoiseException {
    ClientHandshake first = client(pattern, PROLOGUE);
    ClientHandshake second = client(pattern, PROLOGUE);
    HandshakeResult one = first.finish(answer(pattern, PROLOGUE, first.begin()).answer());
    HandshakeResult other = second.finish(answer(pattern, PROLOGUE, second.begin()).answer());
    assertNotEquals(one.clientToServer(), other.clientToServer());
    assertFalse(Arrays.equals(one.handshakeHash(), other.handshakeHash()));
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotBelieveAMessageWithAFlippedBit(Pattern pattern) throws NoiseException {
    byte[] begun = client(pattern, PROLOGUE).begin();
    for (int i = 0; i < begun.length; i++) {
      byte[] altered = begun.clone();
      altered[i] ^= (byte) (1 << i % 8);
      assertThrows(NoiseException.class, () -> answer(pattern, PROLOGUE, altered), "byte " + i);
    }
    byte[] answer = answer(pattern, PROLOGUE, begun).answer();
    for (int i = 0; i < answer.length; i++) {
      ClientHandshake initiator = client(pattern, PROLOGUE);
      byte[] altered = answer(pattern, PROLOGUE, initiator.begin()).answer();
      altered[i] ^= (byte) (1 << i % 8);
      assertThrows(NoiseException.class, () -> initiator.finish(altered), "byte " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotBelieveAMessageThatIsCutOrLengthened(Pattern pattern) throws NoiseException {
    byte[] begun = client(pattern, PROLOGUE).begin();
    for (int length = 0; length <= begun.length + 1; length++) {
      if (length != begun.length) {
        byte[] other = Arrays.copyOf(begun, length);
        assertThrows(NoiseException.class, () -> answer(pattern, PROLOGUE, other));
      }
    }
    for (int length : new int[] {0, 1, 31, 32, 47, 49}) {
      ClientHandshake initiator = client(pattern, PROLOGUE);
      byte[] answer = answer(pattern, PROLOGUE, initiator.begin()).answer();
      byte[] other = Arrays.copyOf(answer, length);
      assertThrows(NoiseException.class, () -> initiator.finish(other));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindOutThatSomebodyAlteredTheOpenings(Pattern pattern) throws NoiseException {
    byte[] begun = client(pattern, PROLOGUE).begin();
    byte[] other = "other openings".getBytes();
    assertThrows(NoiseException.class, () -> answer(pattern, other, begun));
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotTakeItsOwnMessageForAnAnswer(Pattern pattern) throws NoiseException {
    ClientHandshake initiator = client(pattern, PROLOGUE);
    byte[] begun = initiator.begin();
    assertThrows(NoiseException.class, () -> initiator.finish(begun));
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotTakeTheAnswerToAnotherHandshake(Pattern pattern) throws NoiseException {
    byte[] recorded = answer(pattern, PROLOGUE, client(pattern, PROLOGUE).begin()).answer();
    ClientHandshake initiator = client(pattern, PROLOGUE);
    initiator.begin();
    assertThrows(NoiseException.class, () -> initiator.finish(recorded));
  }

  @Test
  void shouldRefuseAnotherKey() throws NoiseException {
    byte[] otherKey = ClientHandshake.psk(Secret.random(), PROLOGUE).begin();
    assertThrows(NoiseException.class, () -> answer(Pattern.NN_PSK0, PROLOGUE, otherKey));
    byte[] otherServer =
        ClientHandshake.keys(client, KeyPair.generate().publicKey(), PROLOGUE).begin();
    assertThrows(NoiseException.class, () -> answer(Pattern.IK, PROLOGUE, otherServer));
    assertThrows(NoiseException.class, () -> ServerHandshake.psk(List.of(), PROLOGUE, otherKey));
  }

  @Test
  void shouldNameTheClientThatIsNotOnTheList() throws NoiseException {
    KeyPair stranger = KeyPair.generate();
    byte[] begun = ClientHandshake.keys(stranger, server.publicKey(), PROLOGUE).begin();
    var refused = assertThrows(NoiseException.class, () -> answer(Pattern.IK, PROLOGUE, begun));
    assertEquals(
        "public key %s is not an allowed client".formatted(stranger.publicKey().fingerprint()),
        refused.getMessage());
  }

  /** RFC 7748 §6.1: all of them make the shared secret zero, so that anybody would know it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080"
      })
  void shouldRefuseKeysOfSmallOrder(String key) {
    byte[] begun = new byte[96];
    byte[] point = HexFormat.of().parseHex(key);
    System.arraycopy(point, 0, begun, 0, point.length);
    var refused = assertThrows(NoiseException.class, () -> answer(Pattern.IK, PROLOGUE, begun));
    assertEquals("handshake message with a key of small order", refused.getMessage());
  }

  @Test
  void shouldWipeTheSecretsThatItGave() throws NoiseException {
    ClientHandshake initiator = client(Pattern.NN_PSK0, PROLOGUE);
    HandshakeResult result =
        initiator.finish(answer(Pattern.NN_PSK0, PROLOGUE, initiator.begin()).answer());
    byte[] bytes = result.clientToServer().bytes();
    assertFalse(result.toString().contains(HexFormat.of().formatHex(bytes)));
    result.destroy();
    assertArrayEquals(new byte[Secret.LENGTH], bytes);
    assertTrue(result.serverToClient().destroyed());
    assertFalse(psk.destroyed(), "the key is not the handshake's to wipe");
  }
}
