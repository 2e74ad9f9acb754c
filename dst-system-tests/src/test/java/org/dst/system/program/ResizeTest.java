package org.dst.system.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.dst.system.harness.Command;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.Machine;
import org.dst.system.harness.RawNbd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An export that is resized while two clients, one with several lanes, use it. */
@Timeout(120)
class ResizeTest {
  private static final int MIB = 1 << 20;
  private static final int SECONDS = 20;

  @TempDir Path directory;

  private final Machine storage = Machine.create();
  private final Machine writing = Machine.create();
  private final Machine reading = Machine.create();
  private Path image;

  @BeforeEach
  void make() {
    image = Images.sparse(directory.resolve("image"), 8 * MIB);
  }

  private Daemon attach(Machine machine, Daemon server, String name, String... options) {
    String[] all = Arrays.copyOf(options, options.length + 3);
    all[options.length] = Dst.address(server) + "/disk";
    all[options.length + 1] = "--socket";
    all[options.length + 2] = directory.resolve(name).toString();
    return machine.attach(all);
  }

  private static void awaitSize(Machine machine, long size) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (machine.attachmentStatus().number("size") != size) {
      if (end - System.nanoTime() < 0) {
        fail("after %d s: %s".formatted(SECONDS, machine.attachmentStatus()));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  private static int write(RawNbd nbd, long offset, byte[] data) throws IOException {
    nbd.request(0, RawNbd.WRITE, 77, offset, data.length);
    nbd.payload(data);
    return nbd.reply(77);
  }

  private static int read(RawNbd nbd, long offset) throws IOException {
    nbd.request(0, RawNbd.READ, 78, offset, 4096);
    return nbd.reply(78);
  }

  @Test
  void shouldTellAllLanesOfAllSessionsAndKeepToTheSize() throws IOException {
    try (Daemon server = storage.export("disk=" + image);
        Daemon writer = attach(writing, server, "writer", "--lanes", "3");
        Daemon reader = attach(reading, server, "reader", "--read-only");
        RawNbd nbd = RawNbd.transmitting(directory.resolve("writer"))) {
      nbd.write(7 * MIB, pattern(MIB));
      assertEquals(RawNbd.ENOSPC, write(nbd, 8 * MIB, pattern(4096)));

      storage.dstd("resize", "disk", "12M").succeeded().printed("from 8.0 MiB to 12.0 MiB");
      awaitSize(writing, 12 * MIB);
      awaitSize(reading, 12 * MIB);
      assertEquals(12 * MIB, storage.exportStatus().number("size"));
      assertEquals(0, write(nbd, 12 * MIB - 4096, pattern(4096)), "on a connection from before");
      try (RawNbd late = RawNbd.transmitting(directory.resolve("reader"))) {
        assertArrayEquals(pattern(4096), late.read(12 * MIB - 4096, 4096));
      }

      storage
          .dstd("resize", "disk", "4M")
          .exited(Dst.CONFIGURATION)
          .complainedOnce("--shrink", "12582912");
      storage.dstd("resize", "disk", "4M", "--shrink").succeeded();
      awaitSize(writing, 4 * MIB);
      awaitSize(reading, 4 * MIB);
      assertEquals(4 * MIB, Files.size(image));
      assertEquals(RawNbd.ENOSPC, write(nbd, 4 * MIB, pattern(4096)));
      assertEquals(RawNbd.EINVAL, read(nbd, 4 * MIB));
      nbd.request(0, RawNbd.FLUSH, 5, 0, 0);
      assertEquals(0, nbd.reply(5), "a flush after what was unflushed has been cut off");
      assertEquals(4 * MIB, Files.size(image), "the file has grown again");
      writing.attachmentStatus().counted("resizes", 6);
      assertTrue(writer.isAlive() && reader.isAlive(), "both run");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"threads", "uring"})
  void shouldShrinkBelowRequestsInFlight(String engine) throws Exception {
    try (Daemon server = storage.export("disk=" + image, "--engine", engine);
        Daemon writer = attach(writing, server, "writer");
        RawNbd nbd = RawNbd.transmitting(directory.resolve("writer"))) {
      AtomicBoolean stop = new AtomicBoolean();
      CompletableFuture<Integer> refused =
          CompletableFuture.supplyAsync(() -> writeBehindTheNewEnd(nbd, stop));
      storage.dstd("resize", "disk", "4M", "--shrink").succeeded();
      awaitSize(writing, 4 * MIB);
      stop.set(true);
      assertTrue(refused.get(SECONDS, TimeUnit.SECONDS) > 0, "nothing was in flight");
      assertEquals(4 * MIB, Files.size(image), "a write went behind the new end");
      assertTrue(writer.isAlive(), "it runs");
    }
  }

  /** Keeps 16 writes in flight; returns how many were refused. */
  private static int writeBehindTheNewEnd(RawNbd nbd, AtomicBoolean stop) {
    int refused = 0;
    byte[] data = pattern(64 << 10);
    try {
      while (!stop.get() || refused == 0) {
        for (int i = 0; i < 16; i++) {
          nbd.request(i % 2 == 0 ? 0 : RawNbd.FUA, RawNbd.WRITE, i, 4L * MIB + i * 65536L, 65536);
          nbd.payload(data);
        }
        for (int i = 0; i < 16; i++) {
          int error = nbd.reply().error();
          assertTrue(error == 0 || error == RawNbd.ENOSPC, () -> "error " + error);
          refused += error == 0 ? 0 : 1;
        }
      }
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
    return refused;
  }

  @Test
  void shouldNoticeThatTheFileHasAnotherSize() throws IOException {
    try (Daemon server = storage.export("disk=" + image);
        Daemon writer = attach(writing, server, "writer");
        RawNbd nbd = RawNbd.transmitting(directory.resolve("writer"))) {
      Command.run("truncate", "-s", "16M", image.toString()).succeeded();
      awaitSize(writing, 16 * MIB);
      nbd.write(15 * MIB, pattern(MIB));
      Command.run("truncate", "-s", "2M", image.toString()).succeeded();
      awaitSize(writing, 2 * MIB);
      assertEquals(RawNbd.ENOSPC, write(nbd, 2 * MIB, pattern(4096)));
      assertEquals(2 * MIB, Files.size(image));
      assertEquals(2 * MIB, storage.exportStatus().number("size"));
      assertTrue(writer.isAlive(), "it runs");
    }
  }

  @Test
  void shouldTellAClientThatWasAwayWhenItComesBack() throws IOException {
    try (Daemon server =
            storage.export("disk=" + image, "--ping-interval", "0.5", "--ping-timeout", "2");
        Daemon writer = attach(writing, server, "writer", "--reconnect-most", "0.2")) {
      writer.pause();
      server.awaitErr("nothing was heard", SECONDS);
      storage.dstd("resize", "disk", "4M", "--shrink").succeeded();
      writer.resume();
      awaitSize(writing, 4 * MIB);
      try (RawNbd nbd = RawNbd.transmitting(directory.resolve("writer"))) {
        nbd.write(0, pattern(4096));
        assertEquals(RawNbd.ENOSPC, write(nbd, 4 * MIB, pattern(4096)));
      }
    }
  }

  @Test
  void shouldSayWhatCannotBeResized() {
    try (Daemon server = storage.export("disk=" + image, "fixed=mem:4M,read-only")) {
      storage.dstd("resize", "disk", "0").exited(Dst.CONFIGURATION).complainedOnce("--shrink");
      storage
          .dstd("resize", "disk", "0", "--shrink")
          .exited(Dst.CONFIGURATION)
          .complainedOnce("size 0");
      storage.dstd("resize", "fixed", "8M").exited(Dst.CONFIGURATION).complainedOnce("read-only");
      storage.dstd("resize", "other", "8M").exited(Dst.UNREACHABLE).complainedOnce("'other'");
      storage.dstd("resize", "disk", "lots").exited(Dst.USAGE).complainedOnce("lots");
      assertTrue(server.isAlive(), "it runs");
    }
  }
}
