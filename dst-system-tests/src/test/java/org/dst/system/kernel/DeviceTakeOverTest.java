package org.dst.system.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device outlives its {@code dst attach}: the next one inherits lease and device. */
@KernelTest
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceTakeOverTest {
  private static final long SIZE = 200L << 20;
  private static final int PROGRESS = 40;

  @TempDir static Path directory;

  private GuestDisk disk;

  /** Not before all: a whole class that is skipped is in no report. */
  @BeforeEach
  @Timeout(600) // that of the class is about tests only
  void bootOnce() {
    if (disk == null) {
      disk = GuestDisk.bootOrSkip(directory, SIZE);
    }
  }

  @AfterAll
  void end() {
    if (disk != null) {
      disk.close();
    }
  }

  /** KILL is a death with writes in flight, TERM an upgrade under a mounted file system. */
  @ParameterizedTest
  @ValueSource(strings = {"KILL", "TERM"})
  void shouldPauseTheFileSystemAndLoseNothing(String signal) {
    String name = "SIGNAL=%s%n".formatted(signal);
    disk.run(
        name
            + """
            rm -f /run/stop
            dmesg -C
            attach_device $SIGNAL $TARGET --insecure-plain --device /dev/nbd0 --device-retry 2
            make_and_mount ext4 /dev/nbd0
            """);
    Guest.Job writers = disk.start("files write /run/mnt 3 /run/stop");
    writers.awaitLines(PROGRESS);
    disk.run(
        name
            + """
            kill_attach $SIGNAL $SIGNAL
            [ -e /sys/block/nbd0/pid ] || fail "the device is gone"
            attach_device $SIGNAL $TARGET --insecure-plain --device auto --device-retry 2
            """);
    writers.awaitLines(PROGRESS);
    disk.run("touch /run/stop");
    writers.await().succeeded();
    disk.run(
            name
                + """
                check_files ext4 /dev/nbd0 %s
                kill_attach $SIGNAL
                [ ! -e /sys/block/nbd0/pid ] || fail "it is still connected"
                no_disk_errors
                """
                    .formatted(writers.outInGuest()))
        .printed("checked ");
    assertEquals(1, disk.count(signal, "took over /dev/nbd0"));
    assertEquals(
        signal.equals("TERM") ? 1 : 0, disk.count(signal, "is mounted on /run/mnt: it stays"));
  }

  @Test
  void shouldKeepADeviceThatNobodyUsesAndGiveItsNewSizeToIt() throws IOException {
    String attach =
        "attach_device kept $TARGET --insecure-plain --device /dev/nbd1 --keep-device\n";
    disk.run(attach + "kill_attach kept; [ -e /sys/block/nbd1/pid ]");
    disk.storage().kill();
    grow(8);
    disk.storage().start();
    disk.run(
        attach
            + """
            [ "$(cat /sys/block/nbd1/size)" = $((208 << 11)) ] || fail "a wrong size"
            head -c 1M /dev/urandom >/run/tail
            dd if=/run/tail of=/dev/nbd1 bs=1M seek=207 conv=fsync || fail "the end is not there"
            """);
    grow(16);
    disk.run(
        """
        has_grown() { [ "$(</sys/block/nbd1/size)" = $((216 << 11)) ]; }
        await 60 has_grown
        dd if=/run/tail of=/dev/nbd1 bs=1M seek=215 conv=fsync || fail "the end is not there"
        kill_attach kept
        nbd-client -d /dev/nbd1
        await 10 is_free 1
        no_disk_errors
        """);
    assertEquals(1, disk.count("kept", "took over /dev/nbd1"));
  }

  private void grow(int megabytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.image().toFile(), "rw")) {
      file.setLength(SIZE + ((long) megabytes << 20));
    }
  }
}
