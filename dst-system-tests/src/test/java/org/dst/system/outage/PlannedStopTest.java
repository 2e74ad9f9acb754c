package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Full;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Status;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Planned stops of servers, under I/O and with clients that stop as well. */
@Timeout(300)
class PlannedStopTest {
  @TempDir Path directory;

  private final Machine machine = Machine.create();

  @Test
  void shouldReplayNothingAfterThreePlannedRestarts() throws Exception {
    restart(3, false);
  }

  @Full
  @Test
  void shouldReplayNothingAfterTwentyPlannedRestarts() throws Exception {
    restart(20, false);
  }

  @Full
  @Test
  void shouldBearTenKillsAsBefore() throws Exception {
    restart(10, true);
  }

  private void restart(int times, boolean kill) throws Exception {
    Path key = directory.resolve("key");
    Dst.dst("keygen", key.toString()).succeeded();
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory, "--key-file", key.toString());
        Daemon client =
            machine.attach(
                OutageDisk.attach(
                    storage.target(), socket, "--key-file", key.toString(), "--lanes", "2"));
        VerifyingWriter writer = OutageDisk.writer(socket, new BlockModel(OutageDisk.BLOCKS))) {
      writer.awaitProgress(OutageDisk.PROGRESS);
      writer.takeLongestPause();
      long[] pauses = new long[times];
      for (int i = 0; i < times; i++) {
        if (kill) {
          storage.kill();
        } else {
          storage.stop();
        }
        storage.start();
        writer.awaitProgress(OutageDisk.PROGRESS);
        pauses[i] = writer.takeLongestPause();
      }
      Arrays.sort(pauses);
      System.out.printf(
          "%d %s: the writer's pauses were %d ms in the median, %d ms at most%n",
          times, kill ? "kills" : "planned restarts", pauses[times / 2], pauses[times - 1]);
      OutageDisk.finishWell(writer);
      Status status = machine.attachmentStatus();
      status.counted("reconnects", times);
      assertEquals(0, status.number("counters", "failed_transactions"));
      if (!kill) {
        status.counted("clean_restarts", times);
        assertEquals(0, status.number("counters", "replayed_writes"), client::err);
        assertEquals(0, status.number("counters", "replayed_bytes"), client::err);
      }
    }
  }

  @Test
  void shouldAttachAgainAfterBothWereStoppedInEitherOrder() throws Exception {
    stopBoth(2);
  }

  @Full
  @Test
  void shouldAttachAgainAfterBothWereStoppedTenTimes() throws Exception {
    stopBoth(10);
  }

  private void stopBoth(int times) throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory)) {
      for (int i = 1; i <= times; i++) {
        boolean serverFirst = i % 2 == 1;
        Daemon client = machine.attach(OutageDisk.attach(storage.target(), socket));
        byte[] block = BlockModel.contents(0, 1, i);
        try (RawNbd nbd = RawNbd.transmitting(socket)) {
          assertArrayEquals(BlockModel.contents(0, 1, i - 1), nbd.read(0, block.length));
          nbd.write(0, block);
        }
        if (serverFirst) {
          storage.stop();
          assertEquals(Dst.UNFLUSHED_WRITES, client.stop(), client::err);
        } else {
          assertEquals(Dst.OK, client.stop(), client::err);
          storage.stop();
        }
        storage.start();
      }
      Daemon last = machine.attach(OutageDisk.attach(storage.target(), socket));
      try (RawNbd nbd = RawNbd.transmitting(socket)) {
        assertArrayEquals(
            BlockModel.contents(0, 1, times), nbd.read(0, BlockModel.BLOCK), last::err);
      }
      last.close();
    }
  }

  @Test
  void shouldReplayWhenTheServerIsKilledWhileItStops() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory);
        Daemon client = machine.attach(OutageDisk.attach(storage.target(), socket))) {
      byte[] block = BlockModel.contents(0, 1, 1);
      try (RawNbd nbd = RawNbd.transmitting(socket)) {
        nbd.write(0, block);
        // A stopped process keeps the signal for later, so that the kill overtakes it.
        storage.server().pause();
        Command.run("kill", "-TERM", Long.toString(storage.server().pid())).succeeded();
        storage.kill();
        storage.start();
        assertArrayEquals(block, nbd.read(0, block.length));
      }
      Status status = machine.attachmentStatus();
      status.counted("replayed_writes", 1);
      assertEquals(0, status.number("counters", "clean_restarts"), client::err);
      assertTrue(client.err().contains("lost its volatile cache"), client::err);
    }
  }
}
