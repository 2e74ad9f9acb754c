package org.dst.crypto.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.InvalidKeyException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class X25519Test {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] ALICE =
      HEX.parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  private static final byte[] BOB =
      HEX.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");

  /** RFC 7748 §6.1. */
  @Test
  void shouldComputeTheExampleOfTheStandard() throws InvalidKeyException {
    byte[] alicePublic = X25519.publicKey(ALICE);
    byte[] bobPublic = X25519.publicKey(BOB);
    assertEquals(
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
        HEX.formatHex(alicePublic));
    assertEquals(
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
        HEX.formatHex(bobPublic));
    String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    assertEquals(shared, HEX.formatHex(X25519.sharedSecret(ALICE, bobPublic)));
    assertEquals(shared, HEX.formatHex(X25519.sharedSecret(BOB, alicePublic)));
  }

  /** RFC 7748 §5.2: the second vector, whose point has its highest bit set, and is not reduced. */
  @Test
  void shouldIgnoreTheHighestBitOfAPoint() throws InvalidKeyException {
    byte[] scalar =
        HEX.parseHex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d");
    byte[] point = HEX.parseHex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493");
    assertEquals(
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        HEX.formatHex(X25519.sharedSecret(scalar, point)));
  }

  @Test
  void shouldRefuseASecretThatIsZero() {
    assertThrows(InvalidKeyException.class, () -> X25519.sharedSecret(ALICE, new byte[32]));
  }
}
