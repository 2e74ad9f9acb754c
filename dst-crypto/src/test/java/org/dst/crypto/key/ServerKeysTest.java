package org.dst.crypto.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServerKeysTest {
  private final Secret secret = Secret.random();
  private final KeyPair own = KeyPair.generate();
  private final PublicKey client = KeyPair.generate().publicKey();

  private ServerKeys keys(String name, Secret shared, Map<PublicKey, String> clients) {
    return new ServerKeys(List.of(new SharedKey(name, shared)), own, AllowedClients.of(clients));
  }

  @Test
  void shouldAgreeOnANameThatStandsForTheSameKey() {
    ServerKeys before = keys("a", secret, Map.of(client, "b"));
    ServerKeys after = keys("a", secret.copy(), Map.of(client, "b"));
    assertTrue(after.agreesWith(before, "a"));
    assertTrue(after.agreesWith(before, "b"));
    assertTrue(after.agreesWith(before, null), "who has no key has lost none");
  }

  @Test
  void shouldNotAgreeOnANameThatIsGoneOrStandsForAnotherKey() {
    ServerKeys before = keys("a", secret, Map.of(client, "b"));
    assertFalse(ServerKeys.NONE.agreesWith(before, "a"));
    assertFalse(ServerKeys.NONE.agreesWith(before, "b"));
    assertFalse(keys("a", Secret.random(), Map.of()).agreesWith(before, "a"));
    PublicKey another = KeyPair.generate().publicKey();
    assertFalse(keys("a", secret, Map.of(another, "b")).agreesWith(before, "b"));
    assertFalse(keys("b", secret, Map.of(client, "a")).agreesWith(before, "a"));
    assertFalse(before.agreesWith(before, "c"));
  }

  @Test
  void shouldRefuseANameForTwoKeys() {
    var twice =
        assertThrows(IllegalArgumentException.class, () -> keys("a", secret, Map.of(client, "a")));
    assertEquals("two keys are named 'a'", twice.getMessage());
  }
}
