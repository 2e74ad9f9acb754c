package org.dst.system.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A block device with a volatile write cache that really loses unflushed writes: a loop device on
 * nbdfuse on {@code nbdkit --filter=cache} in write-back mode, whose process is killed. What the
 * kernel still caches then has nowhere to go and is lost too. Requires root.
 */
public final class VolatileCacheDevice implements AutoCloseable {
  private static final int READY_SECONDS = 20;
  private static final long POLL_NANOS = 20_000_000;

  private final Path image;
  private final Path socket;
  private final Path mounted;
  private String device = "";
  private Process nbdkit;
  private Process nbdfuse;

  private VolatileCacheDevice(Path image, Path directory) {
    this.image = image;
    socket = directory.resolve("cache.sock");
    mounted = directory.resolve("cache");
  }

  /** Makes one, or skips the test and says why. */
  public static VolatileCacheDevice createOrSkip(Path image, Path directory) throws IOException {
    VolatileCacheDevice made = new VolatileCacheDevice(image, directory);
    made.mount();
    Result losetup = Command.run("losetup", "--find", "--show", made.mounted.toString());
    if (losetup.exit() != 0) {
      made.close();
    }
    assumeTrue(losetup.exit() == 0, () -> "no loop device: " + losetup.err().strip());
    made.device = losetup.out().strip();
    return made;
  }

  private void mount() throws IOException {
    Files.deleteIfExists(socket);
    nbdkit =
        start(
            "nbdkit",
            "-f",
            "-U",
            socket.toString(),
            "--filter=cache",
            "file",
            image.toString(),
            "cache=writeback");
    await(() -> Files.exists(socket), "nbdkit");
    Files.deleteIfExists(mounted);
    Files.createFile(mounted);
    nbdfuse = start("nbdfuse", mounted.toString(), "nbd+unix:///?socket=" + socket);
    await(() -> Files.size(mounted) == Files.size(image), "nbdfuse");
  }

  private static Process start(String... command) throws IOException {
    return Command.builder(List.of(command), Map.of())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private interface Check {
    boolean holds() throws IOException;
  }

  private void await(Check check, String who) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (!check.holds()) {
      boolean late = end - System.nanoTime() < 0;
      if (late) {
        tearDown();
      }
      assumeTrue(!late, () -> who + " does not get ready; is there FUSE?");
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** The device's path. */
  public Path path() {
    return Path.of(device);
  }

  /** Loses power and gets it again: the same device with what had been flushed. */
  public void losePower() {
    try {
      nbdkit.destroyForcibly().waitFor();
      tearDown();
      mount();
      Command.run("losetup", device, mounted.toString()).succeeded();
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interrupted);
    }
  }

  private void tearDown() {
    if (!device.isEmpty()) {
      Command.run("losetup", "--detach", device);
    }
    Command.run("umount", "--lazy", mounted.toString());
    nbdkit.destroyForcibly();
    if (nbdfuse != null) {
      nbdfuse.destroyForcibly().onExit().orTimeout(READY_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  @Override
  public void close() {
    tearDown();
  }
}
