package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Full;
import org.dst.system.harness.Machine;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server dies or hangs with 32 requests in flight. */
@Timeout(180)
class ServerOutageTest {
  private static final int STOP_SECONDS = 30;

  @TempDir Path directory;

  private final Machine machine = Machine.create();

  @Test
  void shouldBearAServerThatIsKilledTwice() throws Exception {
    killAndRestart(2, 1);
  }

  @Full
  @Test
  void shouldBearAServerThatIsKilledTwentyTimes() throws Exception {
    killAndRestart(20, 2);
  }

  private void killAndRestart(int times, int lanes) throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory);
        Daemon client =
            machine.attach(
                OutageDisk.attach(storage.target(), socket, "--lanes", Integer.toString(lanes)));
        VerifyingWriter writer = OutageDisk.writer(socket, new BlockModel(OutageDisk.BLOCKS))) {
      for (int i = 0; i < times; i++) {
        writer.awaitProgress(OutageDisk.PROGRESS);
        storage.kill();
        storage.start();
      }
      OutageDisk.finishWell(writer);
      assertTrue(client.err().contains("reconnected after an outage of"), client::err);
      machine.attachmentStatus().counted("reconnects", times);
    }
  }

  @Full
  @Test
  void shouldBearAServerThatStandsStillForThirtySeconds() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory);
        Daemon client = Dst.attach(storage.target(), "--socket", socket.toString());
        VerifyingWriter writer = OutageDisk.writer(socket, new BlockModel(OutageDisk.BLOCKS))) {
      writer.awaitProgress(OutageDisk.PROGRESS);
      storage.server().pause();
      // The length of the outage is what this test is about.
      TimeUnit.SECONDS.sleep(STOP_SECONDS);
      storage.server().resume();
      OutageDisk.finishWell(writer);
      assertTrue(client.err().contains("reconnected after an outage of"), client::err);
    }
  }
}
