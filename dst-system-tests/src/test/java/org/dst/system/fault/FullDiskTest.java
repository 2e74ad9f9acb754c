package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.system.harness.Bystander;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sparse image on a file system with less space than the image promises. */
class FullDiskTest {
  private static final int MEBIBYTE = DiskFiller.MEBIBYTE;
  private static final int PROMISED = 64;
  private static final int THERE = 8;

  @TempDir Path directory;

  private Path mounted;

  @BeforeEach
  void mountSmallFileSystem() throws IOException {
    mounted = Files.createDirectory(directory.resolve("small"));
    Result mount =
        Command.run(
            "mount", "-t", "tmpfs", "-o", "size=" + THERE + "m", "tmpfs", mounted.toString());
    assumeTrue(mount.exit() == 0, () -> "a tmpfs cannot be mounted: " + mount.err().strip());
  }

  @AfterEach
  void unmount() {
    Command.run("umount", mounted.toString());
  }

  @Test
  void shouldReportAFullDiskAndLoseNothingThatWasWritten() throws IOException {
    Path image = Images.sparse(mounted.resolve("image"), (long) PROMISED * MEBIBYTE);
    Path socket = directory.resolve("disk.sock");
    Path calmSocket = directory.resolve("calm.sock");
    try (Daemon server = Dst.export("disk=" + image, "calm=mem:64M");
        Daemon client = Dst.attach(Dst.address(server) + "/disk", "--socket", socket.toString());
        Daemon calm = Dst.attach(Dst.address(server) + "/calm", "--socket", calmSocket.toString());
        Bystander bystander = new Bystander(calmSocket);
        RawNbd nbd = RawNbd.transmitting(socket)) {
      int written = DiskFiller.fill(nbd, PROMISED);
      assertTrue(written >= THERE / 2 && written <= THERE, () -> written + " MiB were written");
      for (int i = 0; i < written; i++) {
        assertArrayEquals(DiskFiller.pattern(i), nbd.read((long) i * MEBIBYTE, MEBIBYTE));
      }
      bystander.assertUndisturbed();
      nbd.request(0, RawNbd.TRIM, 1, 0, MEBIBYTE);
      assertEquals(0, nbd.reply(1), "error of a trim");
      nbd.write((PROMISED - 1L) * MEBIBYTE, DiskFiller.pattern(99));
      assertTrue(client.isAlive() && calm.isAlive(), "both clients run");
    }
  }
}
