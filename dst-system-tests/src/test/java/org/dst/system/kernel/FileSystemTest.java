package org.dst.system.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.Storage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * File systems on an attachment inside the guest, over an encrypted link, through {@code nbd-client
 * -unix} and through the kernel's own client.
 */
@KernelTest
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FileSystemTest {
  private static final long SIZE = 400L << 20;
  private static final long TRIMMED = 40L << 20;
  private static final int SECONDS = 180;
  private static final int KILLS = 3;
  private static final int PROGRESS = 60;

  @TempDir static Path directory;

  private Path image;
  private Storage storage;
  private Guest guest;

  /** Not before all: a whole class that is skipped is in no report. */
  @BeforeEach
  void attachOnce() {
    if (guest == null) {
      guest = Guest.bootOrSkip();
      attach();
    }
  }

  private void attach() {
    Path key = guest.work().resolve("key");
    Dst.dst("keygen", key.toString()).succeeded();
    image = Images.sparse(directory.resolve("image"), SIZE);
    storage = new Storage(image, "--key-file", key.toString());
    String target = storage.target().replace("127.0.0.1", Guest.HOST);
    guest
        .run(
            SECONDS,
            """
            install -m 600 /run/work/key /run/key
            attach disk %s --key-file /run/key --reconnect-most 0.2 --max-resends unlimited
            connect 0 disk
            """
                .formatted(target))
        .succeeded();
  }

  @AfterAll
  void end() {
    Closing.inOrder(guest, storage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void shouldKeepFilesAndGiveBackTheirSpace(String fileSystem) {
    guest
        .run(
            SECONDS,
            """
            make_and_mount %1$s /dev/nbd0
            cp -a "$DST_KERNEL/../../dst-protocol/src" /run/mnt/tree
            head -c 48M /dev/urandom >/run/mnt/large
            truncate -s 100M /run/mnt/sparse
            echo end >>/run/mnt/sparse
            ln /run/mnt/large /run/mnt/linked
            ln -s large /run/mnt/symbolic
            cd /run/mnt && find . -type f -print0 | sort -z | xargs -0 sha256sum >/run/sums
            cd / && unmount_and_check %1$s /dev/nbd0
            disconnect 0
            connect 0 disk
            mount_on /dev/nbd0
            cd /run/mnt && sha256sum --quiet -c /run/sums || fail "files have changed"
            diff -r "$DST_KERNEL/../../dst-protocol/src" tree || fail "the tree has changed"
            [ "$(readlink symbolic)" = large ] || fail "the symbolic link has changed"
            [ "$(stat -c %%h large)" = 2 ] || fail "the link has changed"
            """
                .formatted(fileSystem))
        .succeeded();
    long full = Images.allocated(image);
    guest
        .run(
            SECONDS,
            """
            rm /run/mnt/large /run/mnt/linked
            sync
            fstrim -v /run/mnt || fail "fstrim: exit code $?"
            unmount_and_check %s /dev/nbd0
            no_errors
            """
                .formatted(fileSystem))
        .succeeded();
    long left = Images.allocated(image);
    assertTrue(left <= full - TRIMMED, () -> "%d bytes of %d are left".formatted(left, full));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void shouldNotNoticeThatTheServerIsKilled(String fileSystem) throws Exception {
    long before = reattached();
    guest
        .run(SECONDS, "rm -f /run/stop; make_and_mount %s /dev/nbd0".formatted(fileSystem))
        .succeeded();
    Guest.Job writers = guest.start(SECONDS, "files write /run/mnt 3 /run/stop");
    for (int i = 0; i < KILLS; i++) {
      writers.awaitLines(PROGRESS);
      storage.kill();
      storage.start();
    }
    writers.awaitLines(PROGRESS);
    guest.run(SECONDS, "touch /run/stop").succeeded();
    writers.await().succeeded();
    guest
        .run(
            SECONDS,
            """
            check_files %s /dev/nbd0 %s
            no_errors
            """
                .formatted(fileSystem, writers.outInGuest()))
        .succeeded()
        .printed("checked ");
    assertEquals(KILLS, reattached() - before);
  }

  private long reattached() throws IOException {
    try (Stream<String> log = Files.lines(guest.work().resolve("disk.log"))) {
      return log.filter(line -> line.contains("reconnected after an outage of")).count();
    }
  }
}
