package org.dst.crypto.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;
import org.dst.crypto.noise.Vectors.Published;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of the Noise community for both patterns; see ORIGIN.md beside them. */
@Timeout(30)
class PublishedVectorsTest {
  private static final byte[] NO_DATA = {};

  static Stream<Published> vectors() throws IOException {
    return Vectors.published().stream();
  }

  private static HandshakeState side(Published vector, String side) {
    Pattern pattern =
        Stream.of(Pattern.values())
            .filter(known -> known.protocolName().equals(vector.toString()))
            .findFirst()
            .orElseThrow();
    KeyPair ephemeral = KeyPair.of(Secret.of(vector.bytes(side + "_ephemeral")));
    return new HandshakeState(
        pattern,
        side.equals("init"),
        vector.bytes(side + "_prologue"),
        vector.has(side + "_static") ? KeyPair.of(Secret.of(vector.bytes(side + "_static"))) : null,
        () -> ephemeral,
        vector.has(side + "_remote_static")
            ? new PublicKey(vector.bytes(side + "_remote_static"))
            : null,
        vector.has(side + "_psks") ? Secret.of(vector.bytes(side + "_psks")) : null);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void shouldSayAndUnderstandWhatTheVectorsSay(Published vector) throws NoiseException {
    HandshakeState initiator = side(vector, "init");
    HandshakeState responder = side(vector, "resp");
    List<byte[]> payloads = vector.payloads();
    List<byte[]> ciphertexts = vector.ciphertexts();
    assertArrayEquals(ciphertexts.get(0), initiator.writeMessage(payloads.get(0)));
    assertArrayEquals(payloads.get(0), responder.readMessage(ciphertexts.get(0)));
    // In this file handshake_hash is the hash before the last message of the handshake; the one
    // after it is held to the second implementation in IndependentHandshakeTest.
    assertArrayEquals(vector.bytes("handshake_hash"), initiator.handshakeHash());
    assertArrayEquals(vector.bytes("handshake_hash"), responder.handshakeHash());
    assertArrayEquals(ciphertexts.get(1), responder.writeMessage(payloads.get(1)));
    assertArrayEquals(payloads.get(1), initiator.readMessage(ciphertexts.get(1)));
    assertArrayEquals(initiator.handshakeHash(), responder.handshakeHash());

    CipherState[] writing = {cipher(initiator.split()[0]), cipher(responder.split()[1])};
    CipherState[] reading = {cipher(responder.split()[0]), cipher(initiator.split()[1])};
    for (int i = 2; i < payloads.size(); i++) {
      assertArrayEquals(ciphertexts.get(i), writing[i % 2].encryptWithAd(NO_DATA, payloads.get(i)));
      assertArrayEquals(payloads.get(i), reading[i % 2].decryptWithAd(NO_DATA, ciphertexts.get(i)));
    }
  }

  private static CipherState cipher(byte[] key) {
    CipherState state = new CipherState();
    state.initializeKey(key);
    return state;
  }

  @Test
  void shouldHaveVectorsForEveryPattern() throws IOException {
    List<String> names = vectors().map(Published::toString).sorted().toList();
    assertEquals(Stream.of(Pattern.values()).map(Pattern::protocolName).sorted().toList(), names);
    vectors().forEach(vector -> assertEquals(6, vector.payloads().size()));
  }
}
