package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server dies or stands still under 32 requests in flight. */
@Timeout(180)
class ServerOutageTest {
  private static final int BLOCKS = 4096;
  private static final int STOP_SECONDS = 30;
  private static final int PROGRESS = 500;

  @TempDir Path directory;

  @Test
  void shouldBearAServerThatIsKilledTwice() throws Exception {
    killAndRestart(2, "--lanes", "1");
  }

  @Full
  @Test
  void shouldBearAServerThatIsKilledTwentyTimes() throws Exception {
    killAndRestart(20, "--lanes", "2");
  }

  private void killAndRestart(int times, String... options) throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = storage();
        Daemon client =
            Dst.attach(
                storage.target(),
                "--socket",
                socket.toString(),
                "--reconnect-most",
                "0.2",
                options[0],
                options[1]);
        VerifyingWriter writer = writer(socket, times)) {
      for (int i = 0; i < times; i++) {
        writer.awaitProgress(PROGRESS);
        storage.kill();
        storage.start();
      }
      writer.awaitProgress(PROGRESS);
      writer.finish();
      writer.flushAndVerify();
      assertTrue(client.err().contains("attached again"), client::err);
    }
  }

  @Full
  @Test
  void shouldBearAServerThatStandsStillForThirtySeconds() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = storage();
        Daemon client = Dst.attach(storage.target(), "--socket", socket.toString());
        VerifyingWriter writer = writer(socket, 1)) {
      writer.awaitProgress(PROGRESS);
      storage.server().pause();
      // The length of the outage is what this test is about.
      TimeUnit.SECONDS.sleep(STOP_SECONDS);
      storage.server().resume();
      writer.awaitProgress(PROGRESS);
      writer.finish();
      writer.flushAndVerify();
      assertTrue(client.err().contains("attached again"), client::err);
    }
  }

  private Storage storage() {
    return new Storage(Images.sparse(directory.resolve("image"), (long) BLOCKS * BlockModel.BLOCK));
  }

  private static VerifyingWriter writer(Path socket, long seed) throws Exception {
    return new VerifyingWriter(socket, new BlockModel(BLOCKS), seed, VerifyingWriter.Mix.ALL);
  }
}
