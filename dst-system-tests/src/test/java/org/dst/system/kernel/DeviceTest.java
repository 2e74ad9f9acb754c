package org.dst.system.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** {@code dst attach --device}, by both means, and when the device cannot be had. */
@Full
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceTest {
  private static final long SIZE = 64L << 20;
  private static final int SECONDS = 280;

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

  @Test
  void shouldBeADeviceByNetlinkUntilItIsToldToStop() throws IOException {
    guest
        .run(
            SECONDS,
            """
            attach_device netlink %s --device auto --device-by netlink --device-block 4k
            [ "$(cat /sys/block/nbd0/size)" = $((64 << 11)) ] || fail "a wrong size"
            [ "$(cat /sys/block/nbd0/queue/logical_block_size)" = 4096 ] || fail "a wrong sector"
            make_and_mount ext4 /dev/nbd0
            cp -a "$DST_KERNEL" /run/mnt/tree
            diff -r "$DST_KERNEL" /run/mnt/tree || fail "the tree has changed"
            unmount_and_check ext4 /dev/nbd0
            printf 'not synced' >/dev/nbd0
            exec 9</dev/nbd0 # what was written stays in the cache when its writer closes
            kill_attach netlink
            exec 9<&-
            [ ! -e /sys/block/nbd0/pid ] || fail "it is still connected"
            ls /run/dst/attachments | grep . && fail "the export was not left"
            no_errors
            """
                .formatted(target))
        .succeeded();
    assertEquals("not synced", new String(firstBytes(), StandardCharsets.UTF_8));
    assertTrue(log("netlink").contains("connected /dev/nbd0 by netlink"), log("netlink"));
    assertTrue(log("netlink").contains("disconnected /dev/nbd0"), log("netlink"));
  }

  @Test
  void shouldServeADeviceOfNbdClientUntilItIsFree() throws IOException {
    guest
        .run(
            SECONDS,
            """
            attach_device client %s --device auto --device-by nbd-client
            make_and_mount ext4 /dev/nbd0
            kill -TERM "$(cat /run/client.pid)"
            await 60 grep -q 'is mounted on /run/mnt: serving it until it is free' /run/work/client.log
            cp -a "$DST_KERNEL" /run/mnt/tree
            sync /run/mnt/tree/*
            diff -r "$DST_KERNEL" /run/mnt/tree || fail "the tree has changed"
            umount /run/mnt
            await 60 is_gone "$(cat /run/client.pid)"
            [ ! -e /sys/block/nbd0/pid ] || fail "it is still connected"
            no_errors
            """
                .formatted(target))
        .succeeded();
    assertTrue(log("client").contains("connected /dev/nbd0 by nbd-client"), log("client"));
  }

  @Test
  void shouldSayWhyADeviceCannotBeHad() throws IOException {
    guest
        .run(
            SECONDS,
            """
            refused() {
              local text=$1
              shift
              dst attach %1$s --quiet --read-only "$@" >/run/work/refused 2>&1
              local code=$?
              cat /run/work/refused
              [ "$code" = 3 ] || fail "exit code $code (expected: 3)"
              [ "$(grep -c '^dst: ' /run/work/refused)" = 1 ] || fail "not one line"
              grep -q "$text" /run/work/refused || fail "nothing of '$text'"
            }
            [ ! -d /sys/module/nbd ] || busybox rmmod nbd
            refused "driver is not loaded; run 'modprobe nbd'" --device /dev/nbd0
            attach_device living %1$s --device /dev/nbd0
            refused "/dev/nbd0 is in use: another 'dst attach'" --device /dev/nbd0
            connect 1 living
            refused "/dev/nbd1 is in use: it was connected by process" --device /dev/nbd1
            disconnect 1
            exec 9</dev/nbd2
            refused "/dev/nbd2 is busy: another process has it open" --device /dev/nbd2
            exec 9<&-
            kill_attach living
            """
                .formatted(target))
        .succeeded();
  }

  /** The flag that PR_SET_IO_FLUSHER sets, in every thread: PF_MEMALLOC_NOIO of the kernel. */
  @Test
  void shouldNotWaitForItsOwnDeviceWhenMemoryIsShort() throws IOException {
    guest
        .run(
            SECONDS,
            """
            attach_device guarded %s --device /dev/nbd0
            pid=$(cat /run/guarded.pid)
            threads=0
            for thread in /proc/$pid/task/*; do
              set -- $(sed 's/.*) //' "$thread/stat")
              [ $(($7 & 0x80000)) != 0 ] || fail "no I/O flusher: $(cat "$thread/comm")"
              threads=$((threads + 1))
            done
            echo "$threads threads"
            [ "$threads" -gt 8 ] || fail "few threads"
            [ "$(cat /proc/$pid/oom_score_adj)" = -1000 ] || fail "the kernel may kill it"
            grep -q 'VmLck:.* 0 kB' /proc/$pid/status && fail "its memory is not locked"
            kill_attach guarded
            """
                .formatted(target))
        .succeeded();
    String granted = "I/O flusher yes, memory locked, OOM score -1000";
    assertTrue(log("guarded").contains(granted), log("guarded"));
  }

  private byte[] firstBytes() throws IOException {
    try (InputStream bytes = Files.newInputStream(image)) {
      return bytes.readNBytes(10);
    }
  }

  private String log(String name) throws IOException {
    return Files.readString(guest.work().resolve(name + ".log"));
  }
}
