package org.dst.system.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.dst.system.harness.Result;
import org.dst.system.harness.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Storage that fails while it is served: exact error codes, a status that reports it, and no crash.
 */
@Timeout(120)
class StorageErrorsTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 16 * MIB;
  private static final int SECONDS = 20;

  @TempDir Path directory;

  private final Machine machine = Machine.create();
  private String device = "";
  private Path mounted;

  @AfterEach
  void remove() {
    if (!device.isEmpty()) {
      Command.run("losetup", "--detach", device);
    }
    if (mounted != null) {
      Command.run("umount", mounted.toString());
    }
  }

  private void makeDevice(Path backing) {
    Result losetup = Command.run("losetup", "--find", "--show", backing.toString());
    assumeTrue(losetup.exit() == 0, () -> "no loop device: " + losetup.err().strip());
    device = losetup.out().strip();
  }

  private Path mountSmallFileSystem() throws IOException {
    Path small = Files.createDirectory(directory.resolve("small"));
    Result mount = Command.run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString());
    assumeTrue(mount.exit() == 0, () -> "a tmpfs cannot be mounted: " + mount.err().strip());
    mounted = small;
    return small;
  }

  private Daemon attach(Daemon server) {
    return machine.attach(
        Dst.address(server) + "/disk", "--socket", directory.resolve("nbd").toString());
  }

  private RawNbd nbd() throws IOException {
    return RawNbd.transmitting(directory.resolve("nbd"));
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  private static int error(RawNbd nbd, int command, long offset, int length) throws IOException {
    nbd.request(0, command, 9, offset, length);
    if (command == RawNbd.WRITE) {
      nbd.payload(pattern(length));
    }
    return nbd.reply(9);
  }

  private Status awaitState(String state) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      Status status = machine.exportStatus();
      if (status.text("state").equals(state)) {
        return status;
      }
      if (end - System.nanoTime() < 0) {
        fail("not %s after %d s: %s".formatted(state, SECONDS, status));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"threads", "uring"})
  void shouldPassOnThatTheMediumCannotBeRead(String engine) throws IOException {
    Path backing = Images.scattered(directory.resolve("backing"), SIZE, 8);
    makeDevice(backing);
    // The end of the device is gone: its driver answers with errors.
    Command.run("truncate", "-s", Integer.toString(SIZE / 2), backing.toString()).succeeded();
    try (Daemon server = machine.export("disk=" + device + ",direct", "--engine", engine);
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      assertEquals(RawNbd.EIO, error(nbd, RawNbd.READ, SIZE - MIB, 4096));
      assertEquals(0, error(nbd, RawNbd.WRITE, 0, 4096));
      assertArrayEquals(pattern(4096), nbd.read(0, 4096));
      Status status = awaitState("errors");
      assertEquals(1, status.number("errors", "io"), status::toString);
      assertTrue(status.text("trouble").contains("(EIO)"), status::toString);
      machine.dstd("status").succeeded().printed("errors: read of 4096 bytes");
      assertTrue(client.isAlive(), "the client runs");
    } catch (AssertionError notHere) {
      assumeTrue(!notHere.getMessage().contains("no io_uring"), notHere.getMessage());
      throw notHere;
    }
  }

  @Test
  void shouldPassOnThatTheFileWasEmptiedAndGoOnWhenItIsBack() throws IOException {
    Path image = Images.sparse(directory.resolve("image"), SIZE);
    try (Daemon server = machine.export("disk=" + image);
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      nbd.write(0, pattern(4096));
      Command.run("truncate", "-s", "0", image.toString()).succeeded();
      assertEquals(RawNbd.EIO, error(nbd, RawNbd.READ, 0, 4096));
      assertEquals(RawNbd.ENOSPC, error(nbd, RawNbd.WRITE, 0, 4096));
      assertEquals(0, Files.size(image), "the file has grown again");
      Status status = awaitState("truncated");
      assertTrue(status.text("trouble").contains("0 bytes"), status::toString);
      assertEquals(SIZE, machine.attachmentStatus().number("size"), "what the client knows");
      Command.run("truncate", "-s", Integer.toString(SIZE), image.toString()).succeeded();
      awaitState("errors"); // of the last minute
      nbd.write(0, pattern(4096));
      assertArrayEquals(pattern(4096), nbd.read(0, 4096));
      assertTrue(client.isAlive(), "the client runs");
    }
  }

  /** The device takes writes into the cache and finds no space for them later. */
  @Test
  void shouldFailTheFlushThatFindsNoSpaceAndSucceedOnceThereIsSome() throws IOException {
    Path small = mountSmallFileSystem();
    makeDevice(Images.sparse(small.resolve("backing"), SIZE));
    try (Daemon server = machine.export("disk=" + device);
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      for (int i = 0; i < 8; i++) {
        assertEquals(0, error(nbd, RawNbd.WRITE, (long) i * MIB, MIB), "into the cache");
      }
      int flushed = error(nbd, RawNbd.FLUSH, 0, 0);
      assertTrue(flushed == RawNbd.EIO || flushed == RawNbd.ENOSPC, () -> "flush: " + flushed);
      Status status = awaitState("sync-failed");
      assertTrue(
          status.number("errors", "io") + status.number("errors", "no_space") >= 2,
          status::toString);
      status.counted("failed_syncs", 1);
      Command.run("mount", "-o", "remount,size=32m", small.toString()).succeeded();
      assertEquals(0, error(nbd, RawNbd.FLUSH, 0, 0), "with space for all");
      assertArrayEquals(pattern(MIB), nbd.read(7 * MIB, MIB));
      awaitState("errors");
      assertTrue(client.isAlive(), "the client runs");
    }
  }

  @Test
  void shouldPassOnThatAFileMayNotBeLarger() throws IOException {
    Path image = Images.sparse(directory.resolve("image"), SIZE);
    try (Daemon server = machine.export("disk=" + image);
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      String limit = Integer.toString(SIZE / 2);
      Result set = Command.run("prlimit", "--pid", Long.toString(server.pid()), "--fsize=" + limit);
      assumeTrue(set.exit() == 0, () -> "no prlimit: " + set.err().strip());
      assertEquals(0, error(nbd, RawNbd.WRITE, 0, 4096));
      assertEquals(RawNbd.ENOSPC, error(nbd, RawNbd.WRITE, SIZE - 4096, 4096));
      Status status = awaitState("errors");
      assertEquals(1, status.number("errors", "no_space"), status::toString);
      assertTrue(status.text("trouble").contains("(EFBIG)"), status::toString);
      assertTrue(client.isAlive(), "the client runs");
    }
  }
}
