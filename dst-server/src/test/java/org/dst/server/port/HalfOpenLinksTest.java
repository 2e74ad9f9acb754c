package org.dst.server.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dst.crypto.key.ServerKeys;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Links that say nothing take a bounded part of the server, and only for a while. */
@ExtendWith(Watch.class)
@Timeout(120)
class HalfOpenLinksTest {
  private static final int LIMIT = 50;
  private static final int STRANGERS = 10_000;

  @Test
  void shouldCloseTenThousandStrangersAtOnceAndTakeAnotherAfterwards() throws Exception {
    try (HandshakePort port =
        new HandshakePort(SecurityMode.PLAIN, ServerKeys.NONE, Duration.ofMinutes(2), LIMIT)) {
      List<RawClient> half = new ArrayList<>();
      for (int i = 0; i < LIMIT; i++) {
        half.add(new RawClient(port.address));
      }
      for (int i = 0; i < STRANGERS - LIMIT; i++) {
        try (RawClient stranger = new RawClient(port.address)) {
          stranger.expectEnd();
        }
      }
      assertEquals(STRANGERS - LIMIT, port.count(PortCounter.UNPROVEN_LINKS_REFUSED));
      half.getFirst().send(RawClient.opening()::encode);
      assertEquals(RefusalCode.NONE, half.getFirst().serverOpening().refusal());
      port.opened();
      RawClient next = new RawClient(port.address); // in the place of the one that was opened
      next.send(RawClient.opening()::encode);
      assertEquals(RefusalCode.NONE, next.serverOpening().refusal());
      next.close();
      for (RawClient client : half) {
        client.close();
      }
    }
  }

  @Test
  void shouldCountForEachAddressAndInAll() throws IOException {
    InetAddress one = InetAddress.ofLiteral("192.0.2.1");
    InetAddress other = InetAddress.ofLiteral("2001:db8::1");
    UnauthenticatedLinks links =
        new UnauthenticatedLinks(
            new SecurityOptions(
                List.of(SecurityMode.PLAIN), true, List.of(), List.of("none"), 3, 2));
    assertNull(links.enter(one));
    assertNull(links.enter(one));
    assertEquals("2 unauthenticated links from there are open, the limit", links.enter(one));
    assertNull(links.enter(other));
    assertEquals("3 unauthenticated links are open, the limit", links.enter(other));
    links.leave(one);
    assertNull(links.enter(other));
    assertNotNull(links.enter(one));
    assertEquals(
        "3 unauthenticated links are open, the limit",
        links.enter(InetAddress.ofLiteral("2001:db8::2")));
    links.leave(one);
    assertEquals(
        "2 unauthenticated links from there are open, the limit",
        links.enter(InetAddress.ofLiteral("2001:db8::2")));
    assertNull(links.enter(InetAddress.ofLiteral("2001:db8:0:1::1")));
    links.leave(other);
    links.leave(InetAddress.ofLiteral("2001:db8::3"));
    assertNull(links.enter(one));
  }
}
