package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.dst.system.harness.Command;
import org.dst.system.harness.Disk;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block device as the store: a loop device, which requires root. */
class BlockDeviceTest {
  private static final int SIZE = 64 << 20;

  @TempDir Path directory;

  private Path image;
  private String device = "";

  @BeforeEach
  void makeDevice() {
    image = Images.sparse(directory.resolve("image"), SIZE);
    Result losetup = Command.run("losetup", "--find", "--show", image.toString());
    assumeTrue(losetup.exit() == 0, () -> "no loop device: " + losetup.err().strip());
    device = losetup.out().strip();
  }

  @AfterEach
  void removeDevice() {
    if (!device.isEmpty()) {
      Command.run("losetup", "--detach", device);
    }
  }

  @Test
  void shouldServeADevice() throws IOException {
    byte[] data = new byte[1 << 20];
    Arrays.fill(data, (byte) 7);
    try (Disk disk = Disk.of(directory, device);
        RawNbd nbd = RawNbd.transmitting(disk.socket())) {
      nbd.write(SIZE - data.length, data);
      nbd.write(0, data);
      assertArrayEquals(data, nbd.read(SIZE - data.length, data.length));
      nbd.request(0, RawNbd.TRIM, 1, 0, data.length);
      assertEquals(0, nbd.reply(1), "error of a trim");
      nbd.request(0, RawNbd.WRITE_ZEROES, 2, SIZE - data.length, 4096);
      assertEquals(0, nbd.reply(2), "error of zeroing");
      assertArrayEquals(new byte[4096], nbd.read(SIZE - data.length, 4096));
      nbd.request(0, RawNbd.FLUSH, 3, 0, 0);
      assertEquals(0, nbd.reply(3), "error of a flush");
      long allocated = Images.allocated(image);
      assertTrue(allocated <= data.length, () -> allocated + " bytes allocated after a discard");
    }
  }

  @Test
  void shouldNotServeADeviceTwice() {
    try (Disk disk = Disk.of(directory, device)) {
      Dst.dstd("export", "again=" + device, "--listen", "127.0.0.1:0")
          .exited(Dst.CONFIGURATION)
          .complainedOnce(device);
      assertTrue(disk.server().isAlive(), "the first server runs");
    }
  }
}
