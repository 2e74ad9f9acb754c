package org.dst.server.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OpeningNegotiationTest {
  private static final List<String> CIPHERS = List.of("aes-256-gcm", "chacha20-poly1305");
  private static final List<String> CHECKSUMS = List.of("crc32c", "none");
  private static final byte[] FRESHNESS = new byte[ServerOpening.FRESHNESS_LENGTH];

  private static SecurityOptions server(SecurityMode... modes) {
    return SecurityOptions.of(List.of(modes), CIPHERS, CHECKSUMS);
  }

  private static ServerOpening answer(
      SecurityOptions security, boolean sameMachine, SecurityMode mode, List<String> ciphers) {
    ClientOpening opening =
        new ClientOpening(1, 1, mode, ciphers, List.of("none", "crc32c"), Extensions.NONE);
    return new OpeningNegotiation(security, sameMachine).answer(opening, FRESHNESS);
  }

  private static void refuses(
      RefusalCode code, SecurityMode required, String text, ServerOpening answer) {
    assertEquals(ServerOpening.refuse(code, required, text), answer);
  }

  @Test
  void shouldChooseTheFirstCipherOfTheClientsOrder() {
    for (SecurityMode mode : List.of(SecurityMode.PSK, SecurityMode.KEYS)) {
      ServerOpening answer =
          answer(
              server(SecurityMode.PSK, SecurityMode.KEYS),
              false,
              mode,
              List.of("rot13", "chacha20-poly1305", "aes-256-gcm"));
      assertEquals(RefusalCode.NONE, answer.refusal());
      assertEquals(mode, answer.mode());
      assertEquals("chacha20-poly1305", answer.cipher());
      assertEquals("none", answer.checksum());
      assertArrayEquals(FRESHNESS, answer.extensions().get(ServerOpening.FRESHNESS));
    }
  }

  @Test
  void shouldNotChooseAChecksumThatNeedsAKeyForAPlainLink() {
    SecurityOptions both =
        SecurityOptions.of(List.of(SecurityMode.PSK), CIPHERS, List.of("hmac-sha-256", "sha3-256"))
            .withPlainAnywhere();
    List<String> wanted = List.of("hmac-sha-256", "sha3-256");
    for (SecurityMode mode : List.of(SecurityMode.PSK, SecurityMode.PLAIN)) {
      ClientOpening opening = new ClientOpening(1, 1, mode, CIPHERS, wanted, Extensions.NONE);
      ServerOpening answer = new OpeningNegotiation(both, false).answer(opening, FRESHNESS);
      assertEquals(mode == SecurityMode.PLAIN ? "sha3-256" : "hmac-sha-256", answer.checksum());
    }
  }

  @Test
  void shouldNameTheCiphersOfBothSidesIfThereIsNoneInCommon() {
    refuses(
        RefusalCode.ALGORITHM,
        SecurityMode.PSK,
        "no cipher in common: server has aes-256-gcm, chacha20-poly1305; client has rot13, xor",
        answer(server(SecurityMode.PSK), false, SecurityMode.PSK, List.of("rot13", "xor")));
    refuses(
        RefusalCode.ALGORITHM,
        SecurityMode.PSK,
        "no cipher in common: server has aes-256-gcm, chacha20-poly1305; client has ",
        answer(server(SecurityMode.PSK), false, SecurityMode.PSK, List.of()));
  }

  @Test
  void shouldSayWhichModeItRequires() {
    refuses(
        RefusalCode.SECURITY_MODE,
        SecurityMode.PSK,
        "server requires psk; client offered plain",
        answer(server(SecurityMode.PSK), true, SecurityMode.PLAIN, List.of()));
    refuses(
        RefusalCode.SECURITY_MODE,
        SecurityMode.KEYS,
        "server requires keys; client offered psk",
        answer(server(SecurityMode.KEYS), true, SecurityMode.PSK, CIPHERS));
    refuses(
        RefusalCode.SECURITY_MODE,
        SecurityMode.KEYS,
        "server requires keys or psk; client offered an unknown mode",
        answer(server(SecurityMode.KEYS, SecurityMode.PSK), true, SecurityMode.UNKNOWN, CIPHERS));
    refuses(
        RefusalCode.SECURITY_MODE,
        SecurityMode.PLAIN,
        "server offers plain links only; client requires psk",
        answer(SecurityOptions.plain(true, CHECKSUMS), false, SecurityMode.PSK, CIPHERS));
  }

  @Test
  void shouldTakePlainLinksOfOtherMachinesOnlyIfItWasTold() {
    SecurityOptions local = SecurityOptions.plain(false, CHECKSUMS);
    assertEquals(RefusalCode.NONE, answer(local, true, SecurityMode.PLAIN, List.of()).refusal());
    refuses(
        RefusalCode.SECURITY_MODE,
        SecurityMode.PLAIN,
        "server takes plain links from its own machine only, unless it is told to take them from"
            + " anywhere; client offered plain",
        answer(local, false, SecurityMode.PLAIN, List.of()));
    SecurityOptions anywhere = SecurityOptions.plain(true, CHECKSUMS);
    ServerOpening plain = answer(anywhere, false, SecurityMode.PLAIN, List.of());
    assertEquals(RefusalCode.NONE, plain.refusal());
    assertEquals("", plain.cipher());
    assertEquals(Extensions.NONE, plain.extensions());
    refuses(
        RefusalCode.SECURITY_MODE,
        SecurityMode.PSK,
        "server requires psk; client offered plain",
        answer(server(SecurityMode.PLAIN, SecurityMode.PSK), false, SecurityMode.PLAIN, List.of()));
  }

  @Test
  void shouldRefuseOptionsWithWhichNobodyCouldConnect() {
    for (Runnable odd :
        List.<Runnable>of(
            () -> SecurityOptions.of(List.of(), CIPHERS, CHECKSUMS),
            () -> server(SecurityMode.UNKNOWN),
            () -> SecurityOptions.of(List.of(SecurityMode.PSK), List.of(), CHECKSUMS),
            () -> SecurityOptions.plain(true, List.of()))) {
      var refused = assertThrows(IllegalArgumentException.class, odd::run);
      assertTrue(refused.getMessage().endsWith("(expected: at least one)"), refused.getMessage());
    }
  }
}
