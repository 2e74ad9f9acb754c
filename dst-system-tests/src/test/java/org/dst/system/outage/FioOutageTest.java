package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.Full;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Result;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** fio, which knows nothing of DST, writes and verifies while links and servers die. */
@Full
@NeedsProgram("fio")
@Timeout(180)
class FioOutageTest {
  private static final int FAULTS = 6;
  private static final int FIO_SECONDS = 150;

  @TempDir Path directory;

  @Test
  void shouldVerifyEverythingWhileLinksAndServersDie() throws Exception {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = OutageDisk.storage(directory);
        FaultProxy proxy = new FaultProxy(storage.address());
        Daemon client =
            Dst.attach(OutageDisk.attach(proxy.address() + "/" + Storage.EXPORT, socket))) {
      CompletableFuture<Result> fio =
          CompletableFuture.supplyAsync(
              () -> fio(socket), run -> Thread.ofPlatform().daemon().name("fio").start(run));
      for (int i = 0; i < FAULTS; i++) {
        // fio does not say how far it is; it runs for longer than all the faults take.
        TimeUnit.SECONDS.sleep(1);
        if (i % 2 == 0) {
          proxy.reset();
        } else {
          storage.kill();
          storage.start();
        }
        assertFalse(fio.isDone(), () -> "fio has ended too early: " + fio.join());
      }
      Result result = fio.join().succeeded();
      assertTrue(result.out().contains("err= 0"), result::toString);
      assertTrue(client.err().contains("reconnected after an outage of"), client::err);
    }
  }

  private static Result fio(Path socket) {
    return Command.run(
        FIO_SECONDS,
        List.of(
            "fio",
            "--name=outage",
            "--ioengine=nbd",
            "--uri=nbd+unix:///?socket=" + socket,
            "--rw=randrw",
            "--rwmixread=30",
            "--bsrange=4k-64k",
            "--size=16m",
            "--time_based",
            "--runtime=30",
            "--iodepth=32",
            "--serialize_overlap=1",
            "--verify=crc32c",
            "--verify_fatal=1",
            "--verify_backlog=512",
            "--fsync=500",
            "--randseed=7",
            "--verify_state_save=0"));
  }
}
