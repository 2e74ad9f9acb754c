package org.dst.server.port;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;
import org.dst.protocol.testing.Watch;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(60)
class OpeningPhaseTest {
  private PortSetup setup;
  private RawClient other;

  @BeforeEach
  void listen() throws IOException {
    setup = PortSetup.ordinary();
    other = RawClient.attached(setup.address, "disk", Access.READ_WRITE);
  }

  @AfterEach
  void close() throws IOException {
    other.expectAlive();
    other.close();
    setup.close();
  }

  private void refuses(ClientOpening opening, RefusalCode code, String part) throws IOException {
    try (RawClient client = new RawClient(setup.address)) {
      client.send(opening::encode);
      ServerOpening answer = client.serverOpening();
      assertEquals(code, answer.refusal());
      assertTrue(answer.text().contains(part), answer.text());
      client.expectEnd();
    }
  }

  @Test
  void shouldRefuseAnotherVersionAndSayWhich() throws IOException {
    refuses(
        RawClient.opening(2, SecurityMode.PLAIN, List.of("crc32c"), Extensions.NONE),
        RefusalCode.VERSION,
        "server speaks protocol version 1; client offered 2 to 2");
  }

  @Test
  void shouldRefuseAnotherSecurityMode() throws IOException {
    for (SecurityMode mode : List.of(SecurityMode.PSK, SecurityMode.KEYS, SecurityMode.UNKNOWN)) {
      refuses(
          RawClient.opening(1, mode, List.of("crc32c"), Extensions.NONE),
          RefusalCode.SECURITY_MODE,
          mode.label());
    }
  }

  @Test
  void shouldRefuseAClientWithoutAChecksumInCommon() throws IOException {
    refuses(
        RawClient.opening(1, SecurityMode.PLAIN, List.of("md5"), Extensions.NONE),
        RefusalCode.ALGORITHM,
        "client has md5");
    refuses(
        RawClient.opening(1, SecurityMode.PLAIN, List.of(), Extensions.NONE),
        RefusalCode.ALGORITHM,
        "no checksum in common");
  }

  @Test
  void shouldRefuseACriticalParameter() throws IOException {
    Extensions critical = Extensions.NONE.with(Extensions.CRITICAL | 7, new byte[3]);
    refuses(
        RawClient.opening(1, SecurityMode.PLAIN, List.of("crc32c"), critical),
        RefusalCode.INVALID,
        "0x8007");
  }

  @Test
  void shouldChooseTheFirstChecksumOfTheClientsOrder() throws IOException {
    try (RawClient client = new RawClient(setup.address)) {
      client.send(
          RawClient.opening(1, SecurityMode.PLAIN, List.of("x", "none", "crc32c"), Extensions.NONE)
              ::encode);
      assertEquals("none", client.serverOpening().checksum());
    }
  }

  @Test
  void shouldEndTheLinkOfWhoeverDoesNotSpeakDst() throws IOException {
    byte[] garbage = new byte[1000];
    new Random(7).nextBytes(garbage);
    for (byte[] bytes :
        List.of(
            garbage,
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII),
            "NBDMAGICIHAVEOPT".getBytes(US_ASCII),
            new byte[10])) {
      try (RawClient client = new RawClient(setup.address)) {
        client.send(bytes);
        client.expectEnd();
      }
    }
  }

  @Test
  void shouldEndALinkWhoseOpeningIsTooLongOrMakesNoSense() throws IOException {
    byte[] opening = RawClient.encoded(RawClient.opening()::encode);
    byte[] tooLong = opening.clone();
    tooLong[8] = (byte) 0xff;
    byte[] empty = Arrays.copyOf(opening, 10);
    empty[9] = 0;
    byte[] backwards = opening.clone();
    backwards[11] = 9;
    for (byte[] bytes : List.of(tooLong, empty, backwards)) {
      try (RawClient client = new RawClient(setup.address)) {
        client.send(bytes);
        client.expectEnd();
      }
    }
  }

  @Test
  void shouldTakeAnOpeningThatComesByteByByteWithAFrameBehindIt() throws IOException {
    try (RawClient client = new RawClient(setup.address)) {
      for (byte one : RawClient.encoded(RawClient.opening()::encode)) {
        client.send(new byte[] {one});
      }
      client.frame(Opcode.PING, 3);
      assertEquals(RefusalCode.NONE, client.serverOpening().refusal());
      assertEquals(3, client.receive(Opcode.PONG).header().id());
    }
  }

  @Test
  void shouldSurviveAnOpeningThatIsCutAnywhere() throws IOException {
    byte[] opening = RawClient.encoded(RawClient.opening()::encode);
    for (int length = 0; length < opening.length; length++) {
      try (RawClient client = new RawClient(setup.address)) {
        client.send(Arrays.copyOf(opening, length));
        client.socket.shutdownOutput();
        client.expectEnd();
      }
    }
  }

  @Test
  void shouldEndALinkThatDoesNotAttachInTimeInWhateverPhase() throws IOException {
    try (PortSetup hasty =
            new PortSetup(
                PortSetup.options(10, Duration.ofMillis(100)),
                Stores.open("mem:1M", StoreOptions.DEFAULT));
        RawClient attached = RawClient.attached(hasty.address, "disk", Access.READ_ONLY);
        RawClient silent = new RawClient(hasty.address);
        RawClient opened = RawClient.opened(hasty.address)) {
      silent.expectEnd();
      opened.expectEnd();
      attached.expectAlive();
    }
  }

  @Test
  void shouldCloseLinksBeyondTheLimitAndTakeNewOnesAfterwards() throws Exception {
    try (PortSetup small =
        new PortSetup(
            PortSetup.options(2, Duration.ofSeconds(20)),
            Stores.open("mem:1M", StoreOptions.DEFAULT))) {
      RawClient first = RawClient.opened(small.address);
      RawClient second = RawClient.opened(small.address);
      try (RawClient third = new RawClient(small.address)) {
        third.expectEnd();
      }
      first.expectAlive();
      first.close();
      openedWhenThereIsRoom(small).close();
      second.close();
    }
  }

  /** The server counts a link until it has heard of its end. */
  private static RawClient openedWhenThereIsRoom(PortSetup server) throws IOException {
    while (true) {
      RawClient client = new RawClient(server.address);
      try {
        client.send(RawClient.opening()::encode);
        assertEquals(RefusalCode.NONE, client.serverOpening().refusal());
        return client;
      } catch (IOException closed) {
        client.close();
      }
    }
  }
}
