package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.dst.system.harness.Daemon;
import org.dst.system.harness.Dst;
import org.dst.system.harness.Images;
import org.dst.system.harness.RawNbd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How each request changes the space that the server's file takes. */
@Timeout(120)
class SparseTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 64 * MIB;
  private static final int NO_HOLE = 2;

  /** What a file system may take beside the data. */
  private static final int SLACK = 64 << 10;

  @TempDir Path directory;

  private Path image;

  @BeforeEach
  void make() {
    image = Images.sparse(directory.resolve("image"), SIZE);
  }

  private Daemon attach(Daemon server) {
    Path socket = directory.resolve("nbd");
    return Dst.attach(Dst.address(server) + "/disk", "--socket", socket.toString());
  }

  private RawNbd nbd() throws IOException {
    return RawNbd.transmitting(directory.resolve("nbd"));
  }

  private static void request(RawNbd nbd, int flags, int command, long offset, int length)
      throws IOException {
    nbd.request(flags, command, 1, offset, length);
    assertEquals(0, nbd.reply(1), "error of request " + command);
  }

  private static byte[] pattern() {
    byte[] bytes = new byte[4 * MIB];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  private void assertAllocated(RawNbd nbd, long expected, String after) throws IOException {
    request(nbd, 0, RawNbd.FLUSH, 0, 0); // space is taken when it is written back
    long allocated = Images.allocated(image);
    assertTrue(
        allocated >= expected && allocated <= expected + SLACK,
        () -> "%d bytes allocated after %s (expected: %d)".formatted(allocated, after, expected));
  }

  @ParameterizedTest
  @CsvSource({"threads,''", "uring,''", "threads,',direct'"})
  void shouldTakeAndGiveBackSpaceAsAsked(String engine, String option) throws IOException {
    try (Daemon server = Dst.export("disk=" + image + option, "--engine", engine);
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      assertAllocated(nbd, 0, "nothing");
      nbd.write(8 * MIB, pattern());
      assertAllocated(nbd, 4 * MIB, "a write");
      request(nbd, NO_HOLE, RawNbd.WRITE_ZEROES, 8 * MIB, 2 * MIB);
      assertAllocated(nbd, 4 * MIB, "zeroes that must stay allocated");
      request(nbd, NO_HOLE, RawNbd.WRITE_ZEROES, 32 * MIB, 2 * MIB);
      assertAllocated(nbd, 6 * MIB, "zeroes that must be allocated");
      request(nbd, 0, RawNbd.WRITE_ZEROES, 8 * MIB, 2 * MIB);
      assertAllocated(nbd, 4 * MIB, "zeroes that may be holes");
      request(nbd, 0, RawNbd.WRITE_ZEROES, 40 * MIB, 16 * MIB);
      assertAllocated(nbd, 4 * MIB, "zeroes in a hole");
      request(nbd, 0, RawNbd.TRIM, 0, SIZE);
      assertAllocated(nbd, 0, "a trim of everything");
      assertArrayEquals(new byte[4 * MIB], nbd.read(8 * MIB, 4 * MIB));
      assertTrue(client.isAlive(), "it runs");
    }
  }

  @ParameterizedTest
  @CsvSource({"off,4,4", "on,4,4", "unmap,0,2"})
  void shouldDetectZeroesAsAsked(String how, int inHole, int overData) throws IOException {
    try (Daemon server = Dst.export("disk=" + image + ",detect-zeroes=" + how);
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      nbd.write(8 * MIB, new byte[4 * MIB]);
      assertAllocated(nbd, (long) inHole * MIB, "zeroes written to a hole");
      nbd.write(8 * MIB, pattern());
      nbd.write(8 * MIB, new byte[2 * MIB]);
      assertAllocated(nbd, (long) overData * MIB, "zeroes written over data");
      assertArrayEquals(new byte[2 * MIB], nbd.read(8 * MIB, 2 * MIB));
      assertEquals(7, nbd.read(10 * MIB, 4096)[0]);
      assertTrue(client.isAlive(), "it runs");
    }
  }

  @Test
  void shouldTakeAllSpaceAtTheStartIfPreallocated() throws IOException {
    try (Daemon server = Dst.export("disk=" + image + ",preallocate,sync");
        Daemon client = attach(server);
        RawNbd nbd = nbd()) {
      assertAllocated(nbd, SIZE, "the start");
      nbd.write(8 * MIB, pattern());
      assertAllocated(nbd, SIZE, "a write");
      request(nbd, 0, RawNbd.TRIM, 0, SIZE / 2);
      assertAllocated(nbd, SIZE / 2, "a trim");
      assertTrue(client.isAlive(), "it runs");
    }
  }
}
