package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Status;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An outage that outlasts the resends: the I/O error comes exactly when promised. */
@Timeout(60)
class ExhaustedResendsTest {
  private static final long PERIOD_MILLIS = 500;
  private static final int RESENDS = 6;

  @TempDir Path directory;

  private final Machine machine = Machine.create();

  @Test
  void shouldFailInTimeAndWorkAgainWhenTheServerIsBack() throws Exception {
    Path socket = directory.resolve("disk.sock");
    byte[] data = new byte[4096];
    Arrays.fill(data, (byte) 5);
    try (Storage storage = OutageDisk.storage(directory);
        Daemon client =
            machine.attach(
                OutageDisk.attach(
                    storage.target(), socket, "--resend-timeout", "0.5", "--max-resends", "6"));
        RawNbd nbd = RawNbd.transmitting(socket)) {
      nbd.write(0, data);
      storage.kill();
      long promised = PERIOD_MILLIS * (RESENDS + 1);
      long sent = System.nanoTime();
      nbd.request(0, RawNbd.WRITE, 1, 8192, data.length);
      nbd.payload(data);
      assertEquals(RawNbd.EIO, nbd.reply(1), "errno of a write to a dead server");
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
      assertTrue(
          took >= promised - 10 && took <= promised + PERIOD_MILLIS,
          () -> "the error came after %d ms (promised: %d)".formatted(took, promised));
      assertTrue(client.err().contains("6 resends"), client::err);
      Status failed = machine.attachmentStatus().counted("failed_transactions", 1);
      assertEquals("down", failed.text("state"), failed::toString);
      assertTrue(failed.text("last_failure").contains("cannot reach"), failed::toString);
      storage.start();
      nbd.write(8192, data);
      assertArrayEquals(data, nbd.read(8192, data.length), "written after the outage");
      assertArrayEquals(data, nbd.read(0, data.length), "written before the outage");
      Status well = machine.attachmentStatus().counted("reconnects", 1);
      assertEquals("up", well.text("state"), well::toString);
      assertTrue(well.number("outages", "longest_ms") >= promised - 10, well::toString);
    }
  }
}
