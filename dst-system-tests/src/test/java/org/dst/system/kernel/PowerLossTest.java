package org.dst.system.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.system.harness.Images;
import org.dst.system.harness.NeedsProgram;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VolatileCacheDevice;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The storage loses power, and with it everything unflushed, under file systems in use. */
@KernelTest
@Timeout(600)
class PowerLossTest {
  private static final long SIZE = 400L << 20;
  private static final int SECONDS = 240;
  private static final int LOSSES = 2;
  private static final int MOST_LOSSES = 8;
  private static final int PROGRESS = 30;

  private static final String UNSYNCED =
      """
      while dd if=/dev/zero of=/run/mnt/unsynced bs=64k count=64 oflag=direct status=none; do :; done
      """;

  @TempDir Path directory;

  /**
   * As long as the client's side lives, nobody notices. When that loses its power too, at the same
   * moment, every file whose fsync had returned is there, and the file system is in order.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  @NeedsProgram({"nbdkit", "nbdfuse", "losetup"})
  void shouldKeepEverySyncedFile(String fileSystem) throws Exception {
    Path image = Images.sparse(directory.resolve("image"), SIZE);
    Path key = OutsideAttachment.makeKey(directory);
    try (VolatileCacheDevice device = VolatileCacheDevice.createOrSkip(image, directory);
        Storage storage = new Storage(device.path(), "--key-file", key.toString());
        OutsideAttachment attachment = new OutsideAttachment(storage.target(), key)) {
      String synced = writeUntilEverythingLosesPower(fileSystem, device, storage, attachment);
      storage.start();
      attachment.start("--accept-loss");
      try (Guest guest = Guest.bootOrSkip()) {
        Files.writeString(guest.work().resolve("synced"), synced);
        guest
            .run(
                SECONDS,
                attachment.connect(0)
                    + """
                    mount_on /dev/nbd0
                    files check /run/mnt </run/work/synced || fail "synced files are lost"
                    unmount_and_check %s /dev/nbd0
                    disconnect 0
                    no_errors
                    """
                        .formatted(fileSystem))
            .succeeded()
            .printed("checked ");
      }
    }
  }

  /** Returns the reports of the files that were synced. */
  private static String writeUntilEverythingLosesPower(
      String fileSystem,
      VolatileCacheDevice device,
      Storage storage,
      OutsideAttachment attachment) {
    try (Guest guest = Guest.bootOrSkip()) {
      String make = "make_and_mount %s /dev/nbd0%n".formatted(fileSystem);
      guest.run(SECONDS, attachment.connect(0) + make).succeeded();
      Guest.Job writers = guest.start(SECONDS, "files write /run/mnt 3 /run/stop");
      // Synced writes alone often leave nothing in the server's cache.
      Guest.Job unsynced = guest.start(SECONDS, UNSYNCED);
      // A loss right after a flush loses nothing, and proves nothing.
      for (int i = 0; i < LOSSES || i < MOST_LOSSES && replays(attachment) == 0; i++) {
        writers.awaitLines(PROGRESS);
        storage.kill();
        device.losePower();
        storage.start();
      }
      writers.awaitLines(PROGRESS);
      guest.run(SECONDS, "no_errors").succeeded();
      attachment.status().counted("replayed_writes", 1);
      assertFalse(unsynced.isDone(), unsynced::out);
      storage.kill();
      device.losePower();
      guest.kill();
      attachment.kill();
      return writers.out();
    }
  }

  private static long replays(OutsideAttachment attachment) {
    return attachment.status().number("counters", "replays");
  }
}
