package org.dst.server.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.key.SharedKey;
import org.dst.crypto.noise.ClientHandshake;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.testing.Watch;
import org.dst.server.ExportServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys that are replaced while links have been opened with them and are not attached yet. */
@ExtendWith(Watch.class)
@Timeout(60)
class RevokedKeyTest {
  private static final int UNDISTURBED_MILLIS = 300;

  private final SharedKey mine = new SharedKey("mine", Secret.random());
  private final SharedKey other = new SharedKey("other", Secret.random());
  private ExportServer server;
  private InetSocketAddress address;

  @BeforeEach
  void listen() throws IOException {
    server =
        new ExportServer(
            PortSetup.options(20, Duration.ofMinutes(2)),
            SecurityOptions.of(List.of(SecurityMode.PSK), HandshakePort.CIPHERS, List.of("crc32c")),
            new RecordCrypto());
    server.useKeys(ServerKeys.shared(List.of(mine, other)));
    address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HandshakingClient opened(SharedKey key) throws Exception {
    HandshakingClient opening = new HandshakingClient(address, SecurityMode.PSK);
    opening.finish(ClientHandshake.psk(key.secret(), opening.prologue));
    return opening;
  }

  private void replaceBy(SharedKey... keys) throws Exception {
    server.replaceKeys(ServerKeys.shared(List.of(keys))).get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldEndOnlyLinksWhoseKeyIsTakenAway() throws Exception {
    try (HandshakingClient revoked = opened(mine);
        HandshakingClient kept = opened(other)) {
      replaceBy(other);
      revoked.client.expectEnd();
      kept.client.socket.setSoTimeout(UNDISTURBED_MILLIS);
      assertTrue(isSilent(kept), "the other link was ended, too");
    }
  }

  private static boolean isSilent(HandshakingClient opening) throws IOException {
    try {
      return opening.client.socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException nothing) {
      return true;
    }
  }

  @Test
  void shouldEndLinksWhoseNameStandsForAnotherKeyNow() throws Exception {
    try (HandshakingClient revoked = opened(mine)) {
      replaceBy(new SharedKey("mine", Secret.random()), other);
      revoked.client.expectEnd();
    }
  }

  @Test
  void shouldRefuseAKeyThatWasTakenAway() throws Exception {
    replaceBy(other);
    try (HandshakingClient late = new HandshakingClient(address, SecurityMode.PSK)) {
      late.send(ClientHandshake.psk(mine.secret(), late.prologue).begin());
      late.expectRefusal();
    }
    assertEquals(1, server.counters().get(PortCounter.HANDSHAKES_FAILED), "failed handshakes");
  }
}
