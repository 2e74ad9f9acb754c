package org.dst.system.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Disk;
import org.dst.system.harness.ExtendedNbd;
import org.dst.system.harness.ExtendedNbd.Chunk;
import org.dst.system.harness.Images;
import org.dst.system.harness.RawNbd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests and extents beyond 4 GiB, as newer clients send. */
class ExtendedHeadersTest {
  private static final long GIBIBYTE = 1L << 30;
  private static final long SIZE = 8 * GIBIBYTE;
  private static final byte[] NOTHING = {};

  @TempDir static Path directory;

  private static Disk disk;

  @BeforeAll
  static void start() {
    disk = Disk.of(directory, Images.sparse(directory.resolve("image"), SIZE));
  }

  @AfterAll
  static void stop() {
    Closing.inOrder(disk);
  }

  @Test
  void shouldReadBackWhatWasWritten() throws EOFException {
    byte[] data = new byte[1 << 20];
    new Random(1).nextBytes(data);
    long offset = 5 * GIBIBYTE;
    try (ExtendedNbd nbd = ExtendedNbd.transmitting(disk.socket())) {
      assertDone(nbd.request(ExtendedNbd.PAYLOAD_LEN, RawNbd.WRITE, offset, data.length, data));
      ByteBuffer read = ByteBuffer.allocate(data.length);
      for (Chunk chunk : nbd.request(0, RawNbd.READ, offset, data.length, NOTHING)) {
        assertEquals(ExtendedNbd.OFFSET_DATA, chunk.type(), "type of a chunk");
        read.position((int) (chunk.payload().getLong() - offset)).put(chunk.payload());
      }
      assertArrayEquals(data, read.array());
    }
  }

  @Test
  void shouldZeroAndReportRangesOfManyGibibytes() throws EOFException {
    try (ExtendedNbd nbd = ExtendedNbd.transmitting(disk.socket())) {
      assertDone(nbd.request(0, RawNbd.WRITE_ZEROES, 0, SIZE, NOTHING));
      List<Chunk> chunks = nbd.request(0, ExtendedNbd.BLOCK_STATUS, 0, SIZE, NOTHING);
      assertEquals(1, chunks.size(), "chunks of the block status");
      assertEquals(ExtendedNbd.BLOCK_STATUS_EXT, chunks.get(0).type(), "type of the chunk");
      ByteBuffer payload = chunks.get(0).payload();
      assertEquals(1, payload.getInt(4), "extents");
      assertEquals(SIZE, payload.getLong(8), "length of the extent");
      assertEquals(3, payload.getLong(16), "flags of the extent: a hole that reads as zeroes");
      assertDone(nbd.request(0, RawNbd.TRIM, 0, SIZE, NOTHING));
    }
  }

  @Test
  void shouldAnswerImpossibleRequests() throws EOFException {
    try (ExtendedNbd nbd = ExtendedNbd.transmitting(disk.socket())) {
      assertError(RawNbd.EINVAL, nbd.request(0, RawNbd.READ, SIZE, 512, NOTHING));
      assertError(RawNbd.EINVAL, nbd.request(0, RawNbd.READ, 512, Long.MAX_VALUE, NOTHING));
      assertError(RawNbd.ENOSPC, nbd.request(0, RawNbd.WRITE_ZEROES, 512, SIZE, NOTHING));
      assertError(RawNbd.EINVAL, nbd.request(0, RawNbd.TRIM, -512, 1024, NOTHING));
      assertError(RawNbd.EINVAL, nbd.request(0, 4711, 0, 512, NOTHING));
      assertDone(nbd.request(0, RawNbd.FLUSH, 0, 0, NOTHING));
    }
  }

  private static void assertDone(List<Chunk> chunks) {
    assertEquals(List.of(0), chunks.stream().map(Chunk::type).toList(), "types of the chunks");
  }

  private static void assertError(int errno, List<Chunk> chunks) {
    assertEquals(1, chunks.size(), "chunks of an error");
    assertEquals(ExtendedNbd.ERROR, chunks.get(0).type(), "type of the chunk");
    assertEquals(errno, chunks.get(0).payload().getInt(), "error");
  }
}
