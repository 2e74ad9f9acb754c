package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Result;
import org.dst.system.harness.Status;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A sparse image in a btrfs subvolume with a quota smaller than the image promises. Quotas of ext4
 * and xfs need a module that many kernels lack; those of btrfs are built in.
 */
@NeedsProgram({"mkfs.btrfs", "btrfs", "losetup"})
@Timeout(120)
class QuotaTest {
  private static final int MEBIBYTE = DiskFiller.MEBIBYTE;
  private static final int PROMISED = 32;
  private static final int QUOTA = 8;

  @TempDir Path directory;

  private Path mounted;
  private Path limited;

  @BeforeEach
  void mountFileSystemWithQuota() throws IOException {
    mounted = Files.createDirectory(directory.resolve("btrfs"));
    limited = mounted.resolve("limited");
    Path image = Images.sparse(directory.resolve("file-system"), 256L * MEBIBYTE);
    runOrSkip("mkfs.btrfs", "-q", image.toString());
    runOrSkip("mount", "-t", "btrfs", "-o", "loop", image.toString(), mounted.toString());
    runOrSkip("btrfs", "quota", "enable", mounted.toString());
    runOrSkip("btrfs", "subvolume", "create", limited.toString());
    runOrSkip("btrfs", "qgroup", "limit", QUOTA + "M", limited.toString());
  }

  private static void runOrSkip(String... command) {
    Result result = Command.run(command);
    assumeTrue(
        result.exit() == 0,
        () -> "no quota, '%s': %s".formatted(String.join(" ", command), result.err().strip()));
  }

  /** The loop device goes with the mount. */
  @AfterEach
  void unmount() {
    if (Command.run("mountpoint", "-q", mounted.toString()).exit() == 0) {
      Command.run("umount", mounted.toString()).succeeded();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"threads", "uring"})
  void shouldReportAQuotaAsAFullDiskAndGoOnWhenItIsRaised(String engine) throws IOException {
    Path socket = directory.resolve("disk.sock");
    try (Storage storage = storage(engine);
        Daemon client = Dst.attach(storage.target(), "--socket", socket.toString());
        RawNbd nbd = RawNbd.transmitting(socket)) {
      int written = DiskFiller.fill(nbd, PROMISED);
      assertTrue(written >= QUOTA / 2 && written <= QUOTA, () -> written + " MiB were written");
      Status full = storage.status();
      assertTrue(full.number("errors", "no_space") > 0, full::toString);
      assertEquals(0, full.number("errors", "io"), full::toString);
      assertTrue(full.toString().contains("Disk quota exceeded (EDQUOT)"), full::toString);
      for (int i = 0; i < written; i++) {
        assertArrayEquals(DiskFiller.pattern(i), nbd.read((long) i * MEBIBYTE, MEBIBYTE));
      }
      Command.run("btrfs", "qgroup", "limit", "none", limited.toString()).succeeded();
      for (int i = written; i < PROMISED; i++) {
        nbd.write((long) i * MEBIBYTE, DiskFiller.pattern(i));
      }
      nbd.request(0, RawNbd.FLUSH, 1, 0, 0);
      assertEquals(0, nbd.reply(1), "error of a flush");
      assertTrue(client.isAlive(), "the client runs");
    }
  }

  private Storage storage(String engine) {
    Path image = Images.sparse(limited.resolve("image"), (long) PROMISED * MEBIBYTE);
    try {
      return new Storage(image, "--engine", engine);
    } catch (AssertionError refused) {
      assumeTrue(
          !engine.equals("uring") || !refused.getMessage().contains("is not available here"),
          "no io_uring here");
      throw refused;
    }
  }
}
