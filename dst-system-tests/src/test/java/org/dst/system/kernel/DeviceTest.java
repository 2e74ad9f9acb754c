package org.dst.system.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dst attach --device} with both back ends, and when the device is unavailable. */
@KernelTest
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceTest {
  private static final long SIZE = 64L << 20;

  @TempDir static Path directory;

  private GuestDisk disk;

  /** Not before all: a whole class that is skipped is in no report. */
  @BeforeEach
  @Timeout(600) // that of the class is about tests only
  void bootOnce() {
    if (disk == null) {
      // The kernel uses as many of a device's connections as it has processors.
      disk = GuestDisk.bootOrSkip(directory, SIZE, "DST_GUEST_CPUS=2");
    }
  }

  @AfterAll
  void end() {
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void shouldBeADeviceByNetlinkUntilItIsToldToStop() throws IOException {
    disk.run(
        """
        attach_device netlink $TARGET --insecure-plain --device auto --device-by netlink \\
          --device-block 4k --device-connections 2
        [ "$(cat /sys/block/nbd0/size)" = $((64 << 11)) ] || fail "a wrong size"
        [ "$(cat /sys/block/nbd0/queue/logical_block_size)" = 4096 ] || fail "a wrong sector"
        for processor in 0 1; do
          [ "$(cat /sys/block/nbd0/mq/$processor/cpu_list)" = $processor ] || fail "not its own queue"
          head -c 4M /dev/urandom >/run/data.$processor
          taskset -c $processor dd if=/run/data.$processor of=/dev/nbd0 bs=64k oflag=direct \\
            seek=$((processor * 64)) &
        done
        wait -n && wait -n || fail "a connection does not write"
        for processor in 0 1; do
          taskset -c $((1 - processor)) dd if=/dev/nbd0 bs=64k iflag=direct count=64 \\
            skip=$((processor * 64)) | cmp - /run/data.$processor || fail "other data are read"
        done
        make_and_mount ext4 /dev/nbd0
        cp -a "$DST_KERNEL" /run/mnt/tree
        diff -r "$DST_KERNEL" /run/mnt/tree || fail "the tree has changed"
        unmount_and_check ext4 /dev/nbd0
        printf 'not synced' >/dev/nbd0
        exec 9</dev/nbd0 # what was written stays in the cache when its writer closes
        kill_attach netlink
        exec 9<&-
        [ ! -e /sys/block/nbd0/pid ] || fail "it is still connected"
        ls /run/dst/attachments | grep -v "^lock$" && fail "the export was not left"
        no_errors
        """);
    assertEquals("not synced", new String(firstBytes(), StandardCharsets.UTF_8));
    String log = disk.log("netlink");
    assertTrue(log.contains("connected /dev/nbd0 by netlink"), log);
    assertTrue(log.contains("disconnected /dev/nbd0"), log);
  }

  @Test
  void shouldServeADeviceOfNbdClientUntilItIsFree() {
    disk.run(
        """
        attach_device client $TARGET --insecure-plain --device auto --device-by nbd-client
        make_and_mount ext4 /dev/nbd0
        kill -TERM "$(cat /run/client.pid)"
        await 60 has_line 'is mounted on /run/mnt: serving it until it is free' /run/work/client.log
        cp -a "$DST_KERNEL" /run/mnt/tree
        sync /run/mnt/tree/*
        diff -r "$DST_KERNEL" /run/mnt/tree || fail "the tree has changed"
        umount /run/mnt
        await 60 is_gone "$(cat /run/client.pid)"
        [ ! -e /sys/block/nbd0/pid ] || fail "it is still connected"
        no_errors
        """);
    String log = disk.log("client");
    assertTrue(log.contains("connected /dev/nbd0 by nbd-client"), log);
  }

  @Test
  void shouldSayWhyADeviceCannotBeHad() {
    disk.run(
        """
        refused() {
          local text=$1 launcher=("$DST_KERNEL/io-flusher")
          shift
          dst attach $TARGET --insecure-plain --quiet --read-only "$@" >/run/work/refused 2>&1
          local code=$?
          cat /run/work/refused
          [ "$code" = 3 ] || fail "exit code $code (expected: 3)"
          [ "$(grep -c '^dst: ' /run/work/refused)" = 1 ] || fail "not one line"
          grep -q "$text" /run/work/refused || fail "nothing of '$text'"
        }
        [ ! -d /sys/module/nbd ] || busybox rmmod nbd
        refused "driver is not loaded; run 'modprobe nbd'" --device /dev/nbd0
        attach_device living $TARGET --insecure-plain --device /dev/nbd0
        refused "/dev/nbd0 is in use by another 'dst attach'" --device /dev/nbd0
        connect 1 living
        refused "/dev/nbd1 is in use: it was connected by process" --device /dev/nbd1
        disconnect 1
        exec 9</dev/nbd2
        refused "/dev/nbd2 is busy: another process has it open" --device /dev/nbd2
        exec 9<&-
        kill_attach living
        """);
  }

  /** The flag that PR_SET_IO_FLUSHER sets, in every thread: PF_MEMALLOC_NOIO of the kernel. */
  @Test
  void shouldNotWaitForItsOwnDeviceWhenMemoryIsShort() {
    disk.run(
        """
        as_is=yes attach_device guarded $TARGET --insecure-plain --device /dev/nbd0
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
        """);
    String granted = "I/O flusher yes, memory locked, OOM score -1000";
    assertTrue(disk.log("guarded").contains(granted), disk.log("guarded"));
  }

  private byte[] firstBytes() throws IOException {
    try (InputStream bytes = Files.newInputStream(disk.image())) {
      return bytes.readNBytes(10);
    }
  }
}
