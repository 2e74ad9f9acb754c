package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store is reached at a new address: it is still the same store. */
@Timeout(120)
class MovedServerTest {
  @TempDir Path directory;

  private final Machine storage = Machine.create();
  private final Machine client = Machine.create();
  private Path socket;
  private String export;

  @BeforeEach
  void prepare() {
    socket = directory.resolve("disk.sock");
    export = Storage.EXPORT + "=" + OutageDisk.image(directory);
  }

  private static String target(Daemon server) {
    return Dst.address(server) + "/" + Storage.EXPORT;
  }

  private void verifyAndWrite(BlockModel model) throws Exception {
    try (VerifyingWriter writer = OutageDisk.writer(socket, model)) {
      OutageDisk.finishWell(writer);
    }
  }

  @Test
  void shouldAttachToAServerThatMovedWhileBothWereDown() throws Exception {
    BlockModel model = new BlockModel(OutageDisk.BLOCKS);
    Daemon server = storage.export(export);
    Daemon attached = client.attach(OutageDisk.attach(target(server), socket));
    verifyAndWrite(model);
    server.close();
    attached.close(); // in the wrong order
    try (Daemon moved = storage.export(export);
        Daemon again = client.attach(OutageDisk.attach(target(moved), socket))) {
      assertTrue(again.err().contains("attached at another address before"), again::err);
      verifyAndWrite(model);
    }
  }

  @Test
  void shouldTakeTheSuccessionOfAKilledClientByAnotherNameOfTheServer() throws Exception {
    try (Daemon server = storage.export(export)) {
      Daemon attached = client.attach(OutageDisk.attach(target(server), socket));
      try (RawNbd nbd = RawNbd.transmitting(socket)) {
        nbd.write(0, new byte[4096]);
        attached.killAndWait();
      }
      String byName = "localhost:" + server.ready(2) + "/" + Storage.EXPORT;
      try (Daemon again = client.attach(OutageDisk.attach(byName, socket))) {
        assertTrue(again.err().contains("flushed them, none was lost"), again::err);
      }
      Machine.create().attach(OutageDisk.attach(target(server), socket)).close();
    }
  }

  @Test
  void shouldSayThatWritesAreLostAlsoAtAnotherAddress() throws Exception {
    Daemon server = storage.export(export);
    Daemon attached = client.attach(OutageDisk.attach(target(server), socket));
    try (RawNbd nbd = RawNbd.transmitting(socket)) {
      nbd.write(0, new byte[4096]);
      attached.killAndWait();
    }
    server.killAndWait();
    try (Daemon moved = storage.export(export)) {
      client
          .dst("attach", target(moved), "--socket", socket.toString(), "--take-over")
          .exited(Dst.LOST_WRITES);
      client.attach(OutageDisk.attach(target(moved), socket, "--accept-loss")).close();
      client.attach(OutageDisk.attach(target(moved), socket)).close();
    }
  }

  /** Even when it is told to put out whoever has the export: that would be itself. */
  @Test
  void shouldRefuseASecondAttachmentOfTheSameMachineByAnotherNameOfTheServer() {
    try (Daemon server = storage.export(export);
        Daemon attached = client.attach(OutageDisk.attach(target(server), socket))) {
      String byName = "localhost:" + server.ready(2) + "/" + Storage.EXPORT;
      String other = directory.resolve("other.sock").toString();
      client
          .dst("attach", byName, "--socket", other)
          .exited(Dst.CONFIGURATION)
          .complainedOnce("this machine has the export attached already");
      client
          .dst("attach", byName, "--socket", other, "--take-over")
          .exited(Dst.CONFIGURATION)
          .complainedOnce("this machine has the export attached already");
      assertEquals("up", client.attachmentStatus().text("state"), attached::err);
    }
  }
}
