package org.dst.crypto.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SecretTest {
  @Test
  void shouldOverwriteItsBytes() {
    byte[] bytes = HexFormat.of().parseHex("11".repeat(32));
    Secret secret = Secret.of(bytes);
    Secret copy = secret.copy();
    secret.destroy();
    secret.destroy();
    assertArrayEquals(new byte[32], bytes);
    assertThrows(IllegalStateException.class, secret::bytes);
    assertEquals(0x11, copy.bytes()[0], "a copy lives on");
  }

  @Test
  void shouldShowNothing() {
    Secret secret = Secret.random();
    assertEquals("secret (32 bytes)", secret.toString());
    assertEquals(Secret.random().hashCode(), secret.hashCode());
    assertNotEquals(Secret.random(), secret);
    secret.destroy();
    assertEquals("secret (destroyed)", secret.toString());
  }

  @Test
  void shouldBeNoOtherLength() {
    assertThrows(IllegalArgumentException.class, () -> Secret.of(new byte[31]));
    assertThrows(IllegalArgumentException.class, () -> new PublicKey(new byte[33]));
  }

  @Test
  void shouldGiveAKeyAFingerprintForPeople() {
    PublicKey key = new PublicKey(new byte[32]);
    assertEquals("Zmh6rfhivXdsj8GL", key.fingerprint());
    assertEquals("public key Zmh6rfhivXdsj8GL", key.toString());
  }
}
