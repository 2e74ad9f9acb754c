package org.dst.client.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.dst.client.device.DeviceInfo;
import org.dst.client.kernel.DeviceOptions.By;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is asked for, how nbd-client is told, and who has the right to a device. */
@Timeout(30)
class DeviceSettingTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory;

  @Test
  void shouldTellNbdClientEverythingThatItMustKnow() {
    assertEquals(
        List.of(
            "/usr/sbin/nbd-client",
            "-unix",
            "/run/disk.sock",
            "/dev/nbd3",
            "-N",
            "disk",
            "-b",
            "4096",
            "-C",
            "2",
            "-timeout",
            "0"),
        NbdClientBackend.command(
            Path.of("/usr/sbin/nbd-client"),
            Path.of("/dev/nbd3"),
            source(1),
            options(By.NBD_CLIENT, 2, 4096, SECOND, SECOND, false)));
  }

  @Test
  void shouldChooseTheSmallestSectorThatTheExportAllows() {
    assertEquals(512, source(1).block(0));
    assertEquals(512, source(512).block(0));
    assertEquals(4096, source(4096).block(0));
    assertEquals(2048, source(512).block(2048));
    assertThrows(IllegalArgumentException.class, () -> source(4096).block(512));
    assertThrows(IllegalArgumentException.class, () -> source(8192).block(0));
  }

  @Test
  void shouldRefuseOptionsOutOfRange() {
    assertNotNull(options(By.AUTO, 16, 0, Duration.ofDays(30), Duration.ofHours(1), true));
    refuse(0, 0, SECOND, SECOND);
    refuse(17, 0, SECOND, SECOND);
    refuse(1, 256, SECOND, SECOND);
    refuse(1, 1000, SECOND, SECOND);
    refuse(1, 8192, SECOND, SECOND);
    refuse(1, 0, Duration.ZERO, SECOND);
    refuse(1, 0, Duration.ofDays(31), SECOND);
    refuse(1, 0, SECOND, Duration.ofMillis(999));
    refuse(1, 0, SECOND, Duration.ofHours(2));
    assertThrows(
        IllegalArgumentException.class,
        () -> options(By.NBD_CLIENT, 1, 0, SECOND, SECOND, true),
        "nbd-client cannot hand a device over");
  }

  @Test
  void shouldGiveTheRightToADeviceOnce() throws IOException {
    Path locks = directory.resolve("devices");
    try (DeviceLock first = DeviceLock.take(locks, 0);
        DeviceLock other = DeviceLock.take(locks, 1)) {
      assertNotNull(first);
      assertNotNull(other);
      assertNull(DeviceLock.take(locks, 0));
    }
    try (DeviceLock again = DeviceLock.take(locks, 0)) {
      assertNotNull(again);
    }
  }

  @Test
  void shouldBoundTheTimeOfPrograms() throws IOException, InterruptedException {
    assertEquals(0, ProcessRunner.run(List.of("true"), SECOND.multipliedBy(20)).exit());
    ProcessRunner.Outcome failed =
        ProcessRunner.run(List.of("sh", "-c", "echo no; exit 3"), SECOND.multipliedBy(20));
    assertEquals(new ProcessRunner.Outcome(3, "no"), failed);
    assertEquals(-1, ProcessRunner.run(List.of("sleep", "60"), Duration.ofMillis(50)).exit());
    assertNotNull(ProcessRunner.find("sh"));
    assertNull(ProcessRunner.find("dst-has-no-such-program"));
  }

  private static void refuse(int connections, int block, Duration grace, Duration retry) {
    assertThrows(
        IllegalArgumentException.class,
        () -> options(By.AUTO, connections, block, grace, retry, false));
  }

  private static DeviceOptions options(
      By by, int connections, int block, Duration grace, Duration retry, boolean keep) {
    return new DeviceOptions(
        null, by, connections, block, grace, retry, keep, Path.of("/run/devices"));
  }

  private static DeviceSource source(int minBlock) {
    DeviceInfo info = new DeviceInfo("disk", "", 1 << 20, minBlock, 4096, false, 0);
    return new DeviceSource(Path.of("/run/disk.sock"), info, new UUID(1, 2), () -> 0);
  }
}
