package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.FaultProxy.Direction;
import org.dst.system.harness.Full;
import org.dst.system.harness.Machine;
import org.dst.system.harness.Status;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The network between client and server breaks, corrupts, delays and drops. */
@Timeout(180)
class LinkFaultTest {
  private static final int DELAY_MILLIS = 20;
  private static final int FLIPS = 10;
  private static final String[] QUICK_PINGS = {
    "--ping-interval", "0.3", "--ping-timeout", "1", "--resend-timeout", "2"
  };
  private static final String[] QUICK_SERVER_PINGS = {
    "--ping-interval", "0.3", "--ping-timeout", "1"
  };

  @TempDir Path directory;

  private final Machine machine = Machine.create();

  @Test
  void shouldBearTenResetsAndEveryKindOfDamage() throws Exception {
    breakLink(10);
  }

  @Full
  @Test
  void shouldBearAHundredResetsAndEveryKindOfDamage() throws Exception {
    breakLink(100);
  }

  private void breakLink(int resets) throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory, QUICK_SERVER_PINGS);
        FaultProxy proxy = new FaultProxy(storage.address());
        Daemon client =
            machine.attach(OutageDisk.attach(proxy.address() + "/disk", socket, QUICK_PINGS));
        VerifyingWriter writer = OutageDisk.writer(socket, new BlockModel(OutageDisk.BLOCKS))) {
      for (int i = 0; i < resets; i++) {
        writer.awaitProgress(50);
        damage(proxy, i, i % 2 == 0 ? Direction.TO_SERVER : Direction.TO_CLIENT);
        writer.awaitProgress(50);
        proxy.reset();
      }
      OutageDisk.finishWell(writer);
      assertTrue(proxy.connections() > resets, () -> proxy.connections() + " connections");
      assertTrue(client.isAlive(), "the client runs");
      // Progress between two resets needs a link, so each reset has an outage of its own.
      Status status = machine.attachmentStatus().counted("reconnects", resets);
      status.counted("resends", 1).counted("outage_millis", 1);
      assertEquals(
          status.number("counters", "reconnects"), status.number("outages", "count"), "outages");
      storage.status().counted("attaches", resets + 1);
    }
  }

  /** Nearly all of what is sent is payload, so nearly every bit that is flipped is one of it. */
  @Test
  void shouldCountAndResendPayloadsThatAreDamaged() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory);
        FaultProxy proxy = new FaultProxy(storage.address());
        Daemon client = machine.attach(OutageDisk.attach(proxy.address() + "/disk", socket));
        VerifyingWriter writer =
            new VerifyingWriter(
                socket, new BlockModel(OutageDisk.BLOCKS), 7, VerifyingWriter.Mix.PLAIN_WRITES)) {
      for (int i = 0; i < FLIPS; i++) {
        writer.awaitProgress(100);
        proxy.flipBit(Direction.TO_SERVER);
      }
      OutageDisk.finishWell(writer);
      assertTrue(client.isAlive(), "the client runs");
      machine.attachmentStatus().counted("checksum_failures", 1).counted("resends", 1);
      storage.status().counted("checksum_failures", 1);
    }
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

  @Full
  @ParameterizedTest
  @EnumSource(Direction.class)
  void shouldBearALinkThatSwallowsOneDirection(Direction direction) throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory, QUICK_SERVER_PINGS);
        FaultProxy proxy = new FaultProxy(storage.address());
        Daemon client =
            Dst.attach(OutageDisk.attach(proxy.address() + "/disk", socket, QUICK_PINGS));
        VerifyingWriter writer = OutageDisk.writer(socket, new BlockModel(OutageDisk.BLOCKS))) {
      writer.awaitProgress(OutageDisk.PROGRESS);
      proxy.swallow(direction);
      OutageDisk.finishWell(writer);
      Daemon whoNotices = direction == Direction.TO_CLIENT ? client : storage.server();
      assertTrue(whoNotices.err().contains("nothing was heard"), whoNotices::err);
    }
  }
}
