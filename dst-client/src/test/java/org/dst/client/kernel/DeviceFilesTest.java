package org.dst.client.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is read of the kernel's files, from copies of such files. */
@Timeout(30)
class DeviceFilesTest {
  @TempDir Path root;
  private DeviceFiles files;

  @BeforeEach
  void makeMachine() throws IOException {
    files = new DeviceFiles(root);
    write("proc/self/mountinfo", "22 1 254:0 / / rw - ext4 /dev/vda rw\n");
    write("proc/swaps", "Filename Type Size Used Priority\n/dev/zram0 partition 1 0 100\n");
  }

  @Test
  void shouldSeeWhetherTheDriverIsThere() throws IOException {
    assertFalse(files.driverIsLoaded());
    assertTrue(files.driverAdvice("6.1.0-1-amd64").contains("has no nbd driver"));
    write("lib/modules/6.1.0-1-amd64/kernel/drivers/block/nbd.ko.xz", "");
    assertTrue(files.driverAdvice("6.1.0-1-amd64").contains("not loaded; run 'modprobe nbd'"));
    Files.createDirectories(root.resolve("sys/module/nbd"));
    assertTrue(files.driverIsLoaded());
  }

  @Test
  void shouldKnowADeviceByItsName() throws IOException {
    assertEquals(0, files.index(Path.of("/dev/nbd0")));
    assertEquals(15, files.index(Path.of("/dev/./nbd15")));
    Path linked = Files.createSymbolicLink(root.resolve("disk"), Path.of("/dev/null"));
    for (String other : new String[] {"/dev/nbd0p1", "/dev/nbd", "/dev/null", "/tmp/nbd0", "nbd"}) {
      assertThrows(IOException.class, () -> files.index(Path.of(other)), other);
    }
    assertThrows(IOException.class, () -> files.index(linked));
  }

  @Test
  void shouldReadTheStateOfADevice() throws IOException {
    write("sys/block/nbd3/size", "131072\n");
    write("sys/block/nbd3/queue/logical_block_size", "4096\n");
    write("sys/block/nbd12/size", "0\n");
    Files.createDirectories(root.resolve("sys/block/nbd3/mq/0"));
    Files.createDirectories(root.resolve("sys/block/nbd3/mq/1"));
    assertEquals(List.of(3, 12), List.copyOf(files.indexes()));
    assertFalse(files.state(3).connected());
    assertFalse(files.isConnected(3));
    write("sys/block/nbd3/pid", "257\n");
    assertTrue(files.isConnected(3));
    write("sys/block/nbd3/backend", "dst 1234\n");
    assertEquals(
        new DeviceFiles.State(true, 257, 131072 * 512, 4096, "dst 1234", 2), files.state(3));
    write("sys/block/nbd3/backend", "\n");
    assertNull(files.state(3).backend(), "nobody said anything");
    assertEquals(new DeviceFiles.State(false, 0, 0, 0, null, 1), files.state(4));
  }

  @Test
  void shouldTellTheKernelHowOftenToLook() throws IOException {
    write("sys/block/nbd0/queue/io_timeout", "30000\n");
    files.lookAfterRequests(0, Duration.ofSeconds(7));
    assertEquals("7000", Files.readString(root.resolve("sys/block/nbd0/queue/io_timeout")));
  }

  @Test
  void shouldFindWhoUsesADeviceOrAPartition() throws IOException {
    assertNull(files.usage(0));
    write("sys/block/nbd0/dev", "43:0\n");
    write("sys/block/nbd0/nbd0p1/dev", "43:1\n");
    Files.createDirectories(root.resolve("sys/block/nbd0/holders"));
    Files.createDirectories(root.resolve("sys/block/nbd0/nbd0p1/holders"));
    assertNull(files.usage(0));

    String others = Files.readString(root.resolve("proc/self/mountinfo"));
    write("proc/self/mountinfo", others + "30 22 43:1 / /mnt/x rw shared:1 - ext4 /dev/x rw\n");
    assertEquals("mounted on /mnt/x", files.usage(0));
    write("proc/self/mountinfo", others + "30 22 0:40 / /mnt/b rw - btrfs /dev/nbd0 rw\n");
    assertEquals("mounted on /mnt/b", files.usage(0));
    write("proc/self/mountinfo", others + "30 22 43:16 / /mnt/y rw - ext4 /dev/nbd1 rw\n");
    assertNull(files.usage(0), "another device's mount");

    write("proc/swaps", "Filename\n/dev/nbd0                partition 1 0 1\n");
    assertEquals("used as swap", files.usage(0));
    write("proc/swaps", "Filename\n");
    Files.createDirectories(root.resolve("sys/block/nbd0/nbd0p1/holders/md0"));
    assertEquals("part of md0", files.usage(0));
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
