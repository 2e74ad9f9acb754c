package org.dst.system.outage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's machine is rolled back to an older image and an older state directory, in place. */
@Timeout(180)
class StoreRollbackTest {
  private static final int BLOCK = 4096;
  private static final int SECONDS = 30;
  private static final String STORE_ROLLED_BACK = "was rolled back to an earlier state";

  @TempDir Path directory;

  private final Machine server = Machine.create();
  private final Machine client = Machine.create();
  private Path image;
  private Path records;
  private Path socket;
  private String address = "127.0.0.1:0";

  @BeforeEach
  void makeImage() throws IOException {
    image = Images.sparse(directory.resolve("image"), 1 << 20);
    records = directory.resolve("state");
    socket = directory.resolve("disk.sock");
  }

  private Daemon export() {
    Daemon started = server.exportOn(address, "disk=" + image, "--state-dir", records.toString());
    address = Dst.address(started);
    return started;
  }

  private Daemon attach() {
    return client.attach(OutageDisk.attach(address + "/disk", socket));
  }

  private static byte[] pattern(int value) {
    byte[] bytes = new byte[BLOCK];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static void writeDurably(RawNbd nbd, int value) throws IOException {
    nbd.write(0, pattern(value));
    nbd.flush();
  }

  /** What is on the machine's disks. */
  private Map<Path, byte[]> saved() throws IOException {
    Map<Path, byte[]> all = new TreeMap<>();
    all.put(image, Files.readAllBytes(image));
    try (Stream<Path> files = Files.walk(records)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.put(file, Files.readAllBytes(file));
      }
    }
    return all;
  }

  /** Writes it into the files that there are: their inodes stay. */
  private static void restore(Map<Path, byte[]> state) throws IOException {
    for (Map.Entry<Path, byte[]> file : state.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
  }

  private long knownFreshness() {
    return client.attachmentStatus().number("freshness");
  }

  private void awaitFresherThan(long before) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (knownFreshness() <= before) {
      if (end - System.nanoTime() < 0) {
        fail("no fresher than %d after %d s".formatted(before, SECONDS));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  @Test
  void shouldWaitForTheNewerStateAndUseTheEarlierOneOnlyWhenThatIsSaid() throws Exception {
    Daemon running = export();
    Daemon attached = attach();
    try (RawNbd nbd = RawNbd.transmitting(socket)) {
      writeDurably(nbd, 1);
      final long before = knownFreshness();
      assertEquals(0, running.stop());
      final Map<Path, byte[]> earlier = saved();
      running = export();
      writeDurably(nbd, 2);
      awaitFresherThan(before);
      running.killAndWait();
      final Map<Path, byte[]> newest = saved();

      restore(earlier);
      running = export();
      attached.awaitErr(STORE_ROLLED_BACK, SECONDS);
      nbd.request(0, RawNbd.READ, 9, 0, BLOCK);
      assertEquals(0, running.stop());
      assertArrayEquals(earlier.get(image), Files.readAllBytes(image), "nothing was replayed");

      restore(newest);
      running = export();
      assertEquals(0, nbd.reply(9));
      assertArrayEquals(pattern(2), nbd.socket().receive(BLOCK).array());
      running.killAndWait();
      restore(earlier);
    }
    attached.killAndWait();
    running = export();
    client
        .dst("attach", address + "/disk", "--socket", socket.toString())
        .exited(Dst.REFUSED)
        .complainedOnce(STORE_ROLLED_BACK, "dstd adopt disk");
    assertEquals(0, running.stop());
    server.dstd("adopt", "disk", "--state-dir", records.toString()).succeeded();
    try (Daemon adopted = export();
        Daemon successor = attach();
        RawNbd nbd = RawNbd.transmitting(socket)) {
      assertArrayEquals(pattern(1), nbd.read(0, BLOCK));
      assertTrue(adopted.isAlive() && successor.isAlive());
    }
  }
}
