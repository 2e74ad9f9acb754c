package org.dst.system.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Full;
import org.dst.system.harness.Images;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device outlives its {@code dst attach}: lease and device go to the next one. */
@Full
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceTakeOverTest {
  private static final long SIZE = 200L << 20;
  private static final int SECONDS = 280;
  private static final int PROGRESS = 40;

  private Path image;
  private Storage storage;
  private Guest guest;
  private String target;

  @BeforeAll
  void start(@TempDir Path directory) {
    guest = Guest.bootOrSkip();
    image = Images.sparse(directory.resolve("image"), SIZE);
    storage = new Storage(image, "--insecure-plain");
    target = storage.target().replace("127.0.0.1", Guest.HOST) + " --insecure-plain";
  }

  @AfterAll
  void end() {
    Closing.inOrder(guest, storage);
  }

  /** KILL is a death with writes in flight, TERM an upgrade under a mounted file system. */
  @ParameterizedTest
  @ValueSource(strings = {"KILL", "TERM"})
  void shouldPauseTheFileSystemAndLoseNothing(String signal) throws IOException {
    guest
        .run(
            SECONDS,
            """
            rm -f /run/stop
            dmesg -C
            attach_device %1$s %2$s --device /dev/nbd0 --device-retry 2
            make_and_mount ext4 /dev/nbd0
            """
                .formatted(signal, target))
        .succeeded();
    Guest.Job writers = guest.start(SECONDS, "files write /run/mnt 3 /run/stop");
    writers.awaitLines(PROGRESS);
    guest
        .run(
            SECONDS,
            """
            kill_attach %1$s %1$s
            [ -e /sys/block/nbd0/pid ] || fail "the device is gone"
            attach_device %1$s %2$s --device auto --device-retry 2
            """
                .formatted(signal, target))
        .succeeded();
    writers.awaitLines(PROGRESS);
    guest.run(SECONDS, "touch /run/stop").succeeded();
    writers.await().succeeded();
    guest
        .run(
            SECONDS,
            """
            unmount_and_check ext4 /dev/nbd0
            mount_on /dev/nbd0
            files check /run/mnt <%s || fail "files are lost"
            umount /run/mnt
            kill_attach %s
            [ ! -e /sys/block/nbd0/pid ] || fail "it is still connected"
            no_disk_errors
            """
                .formatted(writers.outInGuest(), signal))
        .succeeded()
        .printed("checked ");
    assertEquals(1, count(signal, "took over /dev/nbd0"));
    assertEquals(signal.equals("TERM") ? 1 : 0, count(signal, "is mounted on /run/mnt: it stays"));
  }

  @Test
  void shouldKeepADeviceThatNobodyUsesAndGiveItsNewSizeToIt() throws IOException {
    String kept = "kept %s --device /dev/nbd1 --keep-device".formatted(target);
    guest
        .run(
            SECONDS,
            "attach_device %s; kill_attach kept; [ -e /sys/block/nbd1/pid ]".formatted(kept))
        .succeeded();
    storage.kill();
    grow(8);
    storage.start();
    guest
        .run(
            SECONDS,
            """
            attach_device %s
            [ "$(cat /sys/block/nbd1/size)" = $((208 << 11)) ] || fail "a wrong size"
            head -c 1M /dev/urandom >/run/tail
            dd if=/run/tail of=/dev/nbd1 bs=1M seek=207 conv=fsync || fail "the end is not there"
            """
                .formatted(kept))
        .succeeded();
    grow(16);
    guest
        .run(
            SECONDS,
            """
            has_grown() { [ "$(cat /sys/block/nbd1/size)" = $((216 << 11)) ]; }
            await 60 has_grown
            dd if=/run/tail of=/dev/nbd1 bs=1M seek=215 conv=fsync || fail "the end is not there"
            kill_attach kept
            nbd-client -d /dev/nbd1
            await 10 is_free 1
            no_disk_errors
            """)
        .succeeded();
    assertEquals(1, count("kept", "took over /dev/nbd1"));
  }

  private void grow(int megabytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE + ((long) megabytes << 20));
    }
  }

  private long count(String name, String text) throws IOException {
    try (Stream<String> log = Files.lines(guest.work().resolve(name + ".log"))) {
      return log.filter(line -> line.contains(text)).count();
    }
  }
}
