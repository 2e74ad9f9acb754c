package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dst.client.lane.ClientCounter;
import org.dst.client.link.ServerAddress;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.Secret;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.key.SharedKey;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.ServerCounter;
import org.dst.server.port.PortCounter;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client whose key is revoked while it writes. */
@ExtendWith(Watch.class)
@Timeout(60)
class RevokedClientTest {
  private static final int ATTEMPTS = 5;

  @TempDir Path directory;

  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();

  /** What the server knows when the client is no longer to be let in. */
  private ServerKeys withoutClient() {
    return new ServerKeys(
        List.of(new SharedKey("another", Secret.random())), keys.server(), AllowedClients.NONE);
  }

  private static void awaitAttempts(SecuredServer server, long failed) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (server.count(PortCounter.HANDSHAKES_FAILED) < failed) {
      assertTrue(System.nanoTime() - end < 0, "the client tries again");
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldWriteNothingMoreUntilItsKeyIsBack() throws Exception {
    revoke(SecurityMode.PSK);
  }

  @Full
  @Test
  void shouldWriteNothingMoreUntilItsKeyPairIsBack() throws Exception {
    revoke(SecurityMode.KEYS);
  }

  private void revoke(SecurityMode mode) throws Exception {
    Path image =
        Images.sparse(directory.resolve("image"), (long) SecuredServer.BLOCKS * BlockModel.BLOCK);
    try (SecuredServer server = SecuredServer.of(Pace.PATIENT, keys, image, directory, 0);
        SecuredClient client =
            new SecuredClient(
                Pace.PATIENT,
                new ServerAddress("127.0.0.1", server.address.getPort()),
                keys.ofClient(mode),
                directory.resolve("disk"));
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), 1)) {
      writer.awaitProgress(200);
      server.server.replaceKeys(withoutClient()).get(20, TimeUnit.SECONDS);
      byte[] before = Files.readAllBytes(image);
      long attaches = server.count(ServerCounter.ATTACHES);
      awaitAttempts(server, ATTEMPTS);
      assertArrayEquals(before, Files.readAllBytes(image), "the store");
      assertEquals(attaches, server.count(ServerCounter.ATTACHES), "attaches");
      assertEquals(0, client.count(ClientCounter.RECONNECTS), "reconnects");

      server.server.replaceKeys(keys.ofServer()).get(20, TimeUnit.SECONDS);
      writer.awaitProgress(200);
      writer.finish();
      writer.flushAndVerify();
      assertEquals(1, client.count(ClientCounter.RECONNECTS), "reconnects");
      assertEquals(0, client.count(ClientCounter.FAILED_TRANSACTIONS), "failed transactions");
    }
  }
}
