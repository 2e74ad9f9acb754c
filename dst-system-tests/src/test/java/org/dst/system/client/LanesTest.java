package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Dst;
import org.dst.system.harness.FaultProxy;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attachments with several lanes, with any number of NBD connections and event loops. */
@Timeout(120)
class LanesTest {
  private static final int LANES = 4;
  private static final long SIZE = 64L << 20;

  @TempDir Path directory;

  private Daemon attach(String target, int lanes, int loops) {
    return Machine.create().attach(arguments(target, lanes, "--event-loops", loops + ""));
  }

  private String[] arguments(String target, int lanes, String... more) {
    List<String> all = new ArrayList<>(List.of(target, "--socket", socket().toString()));
    all.addAll(List.of("--lanes", Integer.toString(lanes)));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private Path socket() {
    return directory.resolve("disk.sock");
  }

  private String uri() {
    return "nbd+unix:///?socket=" + socket();
  }

  private Storage storage() {
    return new Storage(Images.sparse(directory.resolve("image"), SIZE));
  }

  @Test
  void shouldVerifyOneConnectionThroughResetsAndALostServer() throws Exception {
    verifyThroughOutages(LANES, LANES);
  }

  @Full
  @ParameterizedTest
  @CsvSource({"4, 1", "3, 2", "16, 4"})
  void shouldVerifyWhateverTheNumberOfLoops(int lanes, int loops) throws Exception {
    verifyThroughOutages(lanes, loops);
  }

  private void verifyThroughOutages(int lanes, int loops) throws Exception {
    try (Storage storage = storage();
        FaultProxy proxy = new FaultProxy(storage.address());
        Daemon client = attach(proxy.address() + "/" + Storage.EXPORT, lanes, loops);
        VerifyingWriter writer =
            new VerifyingWriter(socket(), new BlockModel(16384), lanes, VerifyingWriter.Mix.ALL)) {
      writer.awaitProgress(500);
      for (int lane = 0; lane < lanes; lane++) {
        String attached = "lane %d of %d".formatted(lane, lanes);
        assertTrue(storage.server().err().contains(attached), () -> "no " + attached);
      }
      proxy.reset();
      writer.awaitProgress(500);
      storage.kill();
      storage.start();
      writer.awaitProgress(500);
      writer.finish();
      writer.flushAndVerify();
      assertTrue(client.isAlive(), "the client runs");
    }
  }

  @Test
  @NeedsProgram("nbdcopy")
  void shouldCopyOverFourConnections() {
    Path original = Images.scattered(directory.resolve("original"), SIZE, 50);
    Path copy = directory.resolve("copy");
    try (Storage storage = storage();
        Daemon client = attach(storage.target(), LANES, LANES)) {
      String four = "--connections=4";
      Command.run("nbdcopy", four, "--flush", original.toString(), uri()).succeeded();
      Command.run("nbdcopy", four, uri(), copy.toString()).succeeded();
      assertEquals(-1, Images.mismatch(original, copy), "first byte that differs");
      assertEquals(-1, Images.mismatch(original, directory.resolve("image")), "of the image");
      assertTrue(client.isAlive(), "the client runs");
    }
  }

  @Full
  @Test
  @NeedsProgram("fio")
  void shouldVerifyFourJobsOnConnectionsOfTheirOwn() {
    try (Storage storage = storage();
        Daemon client = attach(storage.target(), LANES, LANES)) {
      List<String> fio =
          List.of(
              "fio",
              "--name=lanes",
              "--ioengine=nbd",
              "--uri=" + uri(),
              "--rw=randrw",
              "--bsrange=4k-512k",
              "--serialize_overlap=1",
              "--iodepth=16",
              "--numjobs=4",
              "--size=16m",
              "--offset_increment=16m",
              "--fsync=32",
              "--verify=crc32c",
              "--verify_fatal=1",
              "--verify_state_save=0");
      Command.run(90, fio).succeeded();
      assertTrue(client.isAlive(), "the client runs");
    }
  }

  @Test
  @NeedsProgram("nbdinfo")
  void shouldOfferSeveralConnections() {
    try (Storage storage = storage();
        Daemon client = attach(storage.target(), LANES, LANES)) {
      Command.run("nbdinfo", "--can", "multi-conn", uri()).succeeded();
      assertTrue(client.isAlive(), "the client runs");
    }
  }

  @Test
  void shouldSayThatTheServerAllowsFewerLanes() {
    try (Daemon server = Dst.export(Disk.EXPORT + "=mem:64M")) {
      List<String> attach = new ArrayList<>(List.of("attach"));
      attach.addAll(List.of(arguments(Dst.address(server) + "/" + Disk.EXPORT, 17)));
      Dst.dst(attach.toArray(String[]::new))
          .exited(Dst.REFUSED)
          .complainedOnce("17 lanes wanted (allowed: 1 to 16)");
    }
  }
}
