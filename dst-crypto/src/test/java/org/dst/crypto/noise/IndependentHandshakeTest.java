package org.dst.crypto.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.PublicKey;
import org.dst.crypto.key.Secret;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the handshake to what the second implementation made of fixed keys. */
@Timeout(30)
class IndependentHandshakeTest {
  static Stream<Map<String, String>> handshakes() throws IOException {
    return Vectors.independent().stream();
  }

  private static HandshakeState side(Map<String, String> vector, String side) {
    Pattern pattern = vector.get("pattern").equals("IK") ? Pattern.IK : Pattern.NN_PSK0;
    boolean initiator = side.equals("initiator");
    KeyPair ephemeral = pair(vector, side + "-ephemeral");
    return new HandshakeState(
        pattern,
        initiator,
        bytes(vector, "prologue"),
        pair(vector, side + "-static"),
        () -> ephemeral,
        initiator && pattern == Pattern.IK
            ? new PublicKey(bytes(vector, "responder-public"))
            : null,
        vector.containsKey("psk") ? Secret.of(bytes(vector, "psk")) : null);
  }

  private static KeyPair pair(Map<String, String> vector, String name) {
    return vector.containsKey(name) ? KeyPair.of(Secret.of(bytes(vector, name))) : null;
  }

  private static byte[] bytes(Map<String, String> vector, String name) {
    return HexFormat.of().parseHex(vector.get(name));
  }

  @ParameterizedTest
  @MethodSource("handshakes")
  void shouldAgreeWithTheSecondImplementation(Map<String, String> vector) throws NoiseException {
    HandshakeState initiator = side(vector, "initiator");
    HandshakeState responder = side(vector, "responder");
    byte[] begun = initiator.writeMessage(new byte[0]);
    responder.readMessage(begun);
    byte[] answer = responder.writeMessage(new byte[0]);
    initiator.readMessage(answer);
    HexFormat hex = HexFormat.of();
    assertEquals(vector.get("message-1"), hex.formatHex(begun));
    assertEquals(vector.get("message-2"), hex.formatHex(answer));
    for (HandshakeState side : new HandshakeState[] {initiator, responder}) {
      assertEquals(vector.get("handshake-hash"), hex.formatHex(side.handshakeHash()));
      assertEquals(vector.get("client-to-server"), hex.formatHex(side.split()[0]));
      assertEquals(vector.get("server-to-client"), hex.formatHex(side.split()[1]));
    }
  }
}
