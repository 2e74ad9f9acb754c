package org.dst.system.tamper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.dst.client.StateOptions;
import org.dst.client.lane.ClientCounter;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.ServerCounter;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.FaultProxy.Direction;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The faults that plain links survive, on secured links. */
@ExtendWith(Watch.class)
@Timeout(120)
class SecuredFaultTest {
  private static final int DELAY_MILLIS = 10;
  private static final int RESTARTS = 5;

  @TempDir Path directory;

  private final SecuredServer.KeyRing keys = SecuredServer.KeyRing.random();

  private SecuredServer server(int port) throws IOException {
    return SecuredServer.of(
        Pace.HASTY, keys, directory.resolve("image"), directory.resolve("state"), port);
  }

  private SecuredClient client(ServerAddress server, SecurityMode mode) throws Exception {
    return new SecuredClient(
        Pace.HASTY,
        server,
        keys.ofClient(mode),
        directory.resolve("disk"),
        new StateOptions(directory.resolve("client"), false, false));
  }

  private static ServerAddress at(SecuredServer server) {
    return new ServerAddress("127.0.0.1", server.address.getPort());
  }

  private static void damage(FaultProxy proxy, int round, Direction direction) {
    switch (round / 2 % 5) {
      case 0 -> proxy.flipBit(direction);
      case 1 -> proxy.truncate(direction);
      case 2 -> proxy.delay(direction, DELAY_MILLIS);
      case 3 -> proxy.swallow(direction);
      default -> {
        proxy.delay(Direction.TO_SERVER, DELAY_MILLIS);
        proxy.flipBit(direction);
      }
    }
  }

  private void breakLink(SecurityMode mode, int resets) throws Exception {
    Images.sparse(directory.resolve("image"), (long) SecuredServer.BLOCKS * BlockModel.BLOCK);
    try (SecuredServer server = server(0);
        FaultProxy proxy = new FaultProxy("127.0.0.1:" + server.address.getPort());
        SecuredClient client = client(ServerAddress.parse(proxy.address()), mode);
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), 1)) {
      for (int i = 0; i < resets; i++) {
        writer.awaitProgress(50);
        damage(proxy, i, i % 2 == 0 ? Direction.TO_SERVER : Direction.TO_CLIENT);
        writer.awaitProgress(50);
        proxy.reset();
      }
      writer.awaitProgress(50);
      writer.finish();
      writer.flushAndVerify();
      assertTrue(client.count(ClientCounter.RECONNECTS) >= resets, "a reconnect for each reset");
      assertTrue(server.count(ServerCounter.ATTACHES) > resets, "an attach for each reconnect");
      assertTrue(client.count(ClientCounter.RESENDS) > 0, "resends");
      assertEquals(0, client.count(ClientCounter.FAILED_TRANSACTIONS), "failed transactions");
      assertEquals(0, server.count(ServerCounter.CHECKSUM_FAILURES), "the tag is looked at first");
    }
  }

  @Test
  void shouldBearResetsAndDamage() throws Exception {
    breakLink(SecurityMode.PSK, 4);
  }

  @Full
  @Test
  void shouldBearFortyResetsAndEveryKindOfDamage() throws Exception {
    breakLink(SecurityMode.KEYS, 40);
  }

  /** Each server makes durable what it has acknowledged before it ends. */
  @Full
  @ParameterizedTest
  @EnumSource(names = {"PSK", "KEYS"})
  void shouldBearRestartsOfTheServer(SecurityMode mode) throws Exception {
    Images.sparse(directory.resolve("image"), (long) SecuredServer.BLOCKS * BlockModel.BLOCK);
    SecuredServer server = server(0);
    try (SecuredClient client = client(at(server), mode);
        VerifyingWriter writer = client.writer(new BlockModel(SecuredServer.BLOCKS), 2)) {
      for (int i = 0; i < RESTARTS; i++) {
        writer.awaitProgress(200);
        server.close();
        server = server(server.address.getPort());
      }
      writer.awaitProgress(200);
      writer.finish();
      writer.flushAndVerify();
      assertTrue(client.count(ClientCounter.RECONNECTS) >= RESTARTS, "reconnects");
      assertTrue(client.count(ClientCounter.CLEAN_RESTARTS) >= RESTARTS, "clean restarts");
      assertEquals(0, client.count(ClientCounter.REPLAYS), "replays");
      assertEquals(0, client.count(ClientCounter.FAILED_TRANSACTIONS), "failed transactions");
    } finally {
      server.close();
    }
  }

  @Full
  @ParameterizedTest
  @EnumSource(names = {"PSK", "KEYS"})
  void shouldBearRestartsOfTheClient(SecurityMode mode) throws Exception {
    Images.sparse(directory.resolve("image"), (long) SecuredServer.BLOCKS * BlockModel.BLOCK);
    BlockModel model = new BlockModel(SecuredServer.BLOCKS);
    try (SecuredServer server = server(0)) {
      for (int i = 0; i < RESTARTS; i++) {
        try (SecuredClient client = client(at(server), mode);
            VerifyingWriter writer = client.writer(model, i)) { // begins with comparing everything
          writer.awaitProgress(200);
          writer.finish();
        }
      }
      try (SecuredClient client = client(at(server), mode);
          VerifyingWriter writer = client.writer(model, RESTARTS)) {
        writer.finish();
        writer.flushAndVerify();
      }
      assertEquals(RESTARTS + 1, server.count(ServerCounter.ATTACHES), "attaches");
      assertEquals(0, server.count(ServerCounter.LEASE_REFUSALS), "refused leases");
    }
  }
}
