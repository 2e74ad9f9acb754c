package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.FaultProxy.Direction;
import org.dst.system.harness.Full;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Status;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two machines want to write to one export. */
@Timeout(120)
class TakeOverTest {
  private static final int DELAY_MILLIS = 100;

  @TempDir Path directory;

  private final Machine first = Machine.create();
  private final Machine second = Machine.create();

  /** The first machine's writes are still under way, in a slow network, when it is put out. */
  @Full
  @Test
  void shouldPutTheFirstMachineOutForGood() throws Exception {
    Path socket = directory.resolve("first.sock");
    Path successor = directory.resolve("second.sock");
    BlockModel model = new BlockModel(OutageDisk.BLOCKS);
    try (Storage storage = OutageDisk.storage(directory);
        FaultProxy proxy = new FaultProxy(storage.address());
        Daemon old =
            first.attach(
                OutageDisk.attach(
                    proxy.address() + "/" + Storage.EXPORT,
                    socket,
                    "--resend-timeout",
                    "0.5",
                    "--max-resends",
                    "4"))) {
      try (VerifyingWriter writer = OutageDisk.writer(socket, model)) {
        writer.awaitProgress(OutageDisk.PROGRESS);
        proxy.delay(Direction.TO_SERVER, DELAY_MILLIS);
        second
            .dst("attach", storage.target(), "--socket", successor.toString())
            .exited(Dst.REFUSED)
            .complainedOnce("in use", "--take-over");
        try (Daemon holder =
            second.attach(OutageDisk.attach(storage.target(), successor, "--take-over"))) {
          assertTrue(holder.isAlive(), "the second machine has the disk");
          assertThrows(AssertionError.class, writer::finish, "the first machine's writes succeed");
          verifyAndWrite(successor, model);
          old.awaitErr("has ended", 30);
          assertEquals("over", first.attachmentStatus().text("state"), old::err);
          storage.status().counted("lease_refusals", 2).counted("leases", 2);
          assertEio(socket);
          storage.kill();
          storage.start();
          verifyAndWrite(successor, model);
          assertEio(socket);
        }
      }
      try (Daemon again = second.attach(OutageDisk.attach(storage.target(), successor))) {
        assertTrue(again.isAlive(), "the second machine has the disk again");
        verifyAndWrite(successor, model);
      }
      assertEio(socket);
    }
  }

  @Test
  void shouldRefuseASecondMachineAndCountThat() {
    Path socket = directory.resolve("first.sock");
    String other = directory.resolve("second.sock").toString();
    try (Storage storage = OutageDisk.storage(directory);
        Daemon holder =
            first.attach(OutageDisk.attach(storage.target(), socket, "--name", "holder"))) {
      for (int i = 0; i < 2; i++) {
        second
            .dst("attach", storage.target(), "--socket", other)
            .exited(Dst.REFUSED)
            .complainedOnce("in use by 'holder'");
      }
      Status export = storage.status().counted("lease_refusals", 2).counted("refusals", 2);
      assertEquals(1, export.number("lease", "epoch"), export::toString);
      assertEquals("up", first.attachmentStatus().text("state"), holder::err);
    }
  }

  private static void verifyAndWrite(Path socket, BlockModel model) throws Exception {
    try (VerifyingWriter writer = OutageDisk.writer(socket, model)) {
      OutageDisk.finishWell(writer);
    }
  }

  private static void assertEio(Path socket) throws Exception {
    try (RawNbd nbd = RawNbd.transmitting(socket)) {
      nbd.request(0, RawNbd.WRITE, 1, 0, BlockModel.BLOCK);
      nbd.payload(new byte[BlockModel.BLOCK]);
      assertEquals(RawNbd.EIO, nbd.reply(1), "errno of a write by the one that was put out");
    }
  }
}
