package org.dst.system.kernel;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.dst.system.harness.Command;
import org.dst.system.harness.Images;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A kernel md mirror over two attachments to two servers. */
@KernelTest
@Timeout(600)
class RaidTest {
  private static final long SIZE = 96L << 20;

  /** What lies before the metadata of either disk. */
  private static final long MIRRORED = 90L << 20;

  private static final int SECONDS = 240;
  private static final int PROGRESS = 60;
  private static final int SHORT_OUTAGE_SECONDS = 4;
  private static final String[] LIMIT = {"--resend-timeout", "1", "--max-resends", "20"};

  @TempDir Path directory;

  @Test
  void shouldBearShortOutagesAndBeRebuiltAfterLongOnes() throws Exception {
    Path key = OutsideAttachment.makeKey(directory);
    Path one = Images.sparse(directory.resolve("one"), SIZE);
    Path two = Images.sparse(directory.resolve("two"), SIZE);
    String[] options = {"--key-file", key.toString()};
    try (Storage first = new Storage(one, options);
        Storage second = new Storage(two, options);
        OutsideAttachment left = new OutsideAttachment(first.target(), key, LIMIT);
        OutsideAttachment right = new OutsideAttachment(second.target(), key, LIMIT);
        Guest guest = Guest.bootOrSkip()) {
      guest.run(SECONDS, left.connect(0) + right.connect(1) + MAKE).succeeded();
      Guest.Job writers = guest.start(SECONDS, "files write /run/mnt 3 /run/stop");
      writers.awaitLines(PROGRESS);
      second.kill();
      // The length of the outage is what this test is about.
      TimeUnit.SECONDS.sleep(SHORT_OUTAGE_SECONDS);
      second.start();
      writers.awaitLines(PROGRESS);
      guest.run(SECONDS, "mirror_is UU || fail degraded\nno_errors\n").succeeded();
      second.kill();
      guest.run(SECONDS, "await 120 mirror_is U_").succeeded();
      writers.awaitLines(PROGRESS);
      second.start();
      guest.run(SECONDS, REBUILD).succeeded();
      writers.awaitLines(PROGRESS);
      guest.run(SECONDS, "touch /run/stop").succeeded();
      writers.await().succeeded();
      guest.run(SECONDS, CHECK.formatted(writers.outInGuest())).succeeded().printed("checked ");
      Command.run("cmp", "-n", Long.toString(MIRRORED), one.toString(), two.toString()).succeeded();
    }
  }

  // Without "failfast" md tries a failed write again sector by sector, and each try of a server
  // that is gone takes as long as the attachment's resends.
  private static final String MAKE =
      """
      modprobe raid1
      mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.0 --bitmap=internal \\
        --failfast --assume-clean /dev/nbd0 /dev/nbd1 || fail "mdadm: exit code $?"
      make_and_mount ext4 /dev/md0
      """;

  private static final String REBUILD =
      """
      mdadm /dev/md0 --remove /dev/nbd1 || fail "cannot be removed"
      mdadm /dev/md0 --re-add /dev/nbd1 || fail "cannot be added again"
      await 120 mirror_is UU
      """;

  private static final String CHECK =
      """
      unmount_and_check ext4 /dev/md0
      echo check >/sys/block/md0/md/sync_action
      mdadm --wait /dev/md0
      [ "$(cat /sys/block/md0/md/mismatch_cnt)" = 0 ] || fail "the two disks differ"
      mount_on /dev/md0
      files check /run/mnt <%s || fail "files are lost"
      umount /run/mnt
      mdadm --stop /dev/md0
      disconnect 0
      disconnect 1
      ! dmesg | grep 'EXT4-fs [(]error' || fail "the file system has seen an error"
      """;
}
