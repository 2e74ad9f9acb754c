package org.dst.server.store.file;

import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.write;
import static org.dst.server.store.Machine.allocated;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.dst.protocol.Extent;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SparseFileTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 64 * MIB;
  private static final int HOLE = Extent.HOLE | Extent.ZERO;

  @TempDir private Path directory;
  private Path path;
  private BlockStore store;

  @BeforeEach
  void open() throws StoreException {
    path = directory.resolve("disk");
    store = Stores.open(path.toString(), StoreOptions.DEFAULT.withCreateSize(SIZE));
    assumeTrue(store.info().canTrim(), "the file system of the tests cannot punch holes");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldAllocateOnlyWhatIsWritten() throws IOException {
    write(store, 32 * MIB, random(MIB, 1));
    store.sync();
    long allocated = allocated(path);
    assertTrue(allocated >= MIB && allocated < 2 * MIB, allocated + " bytes allocated");
  }

  @Test
  void shouldGiveBackWhatIsTrimmed() throws IOException {
    write(store, 0, random(4 * MIB, 2));
    store.sync();
    long before = allocated(path);
    store.trim(MIB, 2 * MIB);
    store.sync();
    long freed = before - allocated(path);
    assertEquals(2 * MIB, freed);
    assertArrayEquals(new byte[2 * MIB], read(store, MIB, 2 * MIB));
  }

  @Test
  void shouldKeepTheBytesBesideAnUnalignedTrimOrZero() throws IOException {
    byte[] bytes = random(5 * 4096, 3);
    write(store, 0, bytes);
    store.trim(1000, 9000);
    store.writeZeroes(12_345, 4097, false, false);
    store.writeZeroes(17_000, 100, true, false);
    Arrays.fill(bytes, 1000, 10_000, (byte) 0);
    Arrays.fill(bytes, 12_345, 12_345 + 4097, (byte) 0);
    Arrays.fill(bytes, 17_000, 17_100, (byte) 0);
    assertArrayEquals(bytes, read(store, 0, bytes.length));
  }

  @Test
  void shouldMakeZeroesByAHole() throws IOException {
    write(store, 0, random(4 * MIB, 4));
    store.sync();
    long before = allocated(path);
    store.writeZeroes(0, 4 * MIB, false, true);
    store.sync();
    assertTrue(allocated(path) <= before - 4 * MIB, "still " + allocated(path));
    assertArrayEquals(new byte[4 * MIB], read(store, 0, 4 * MIB));
    assertEquals(SIZE, store.size());
  }

  @Test
  void shouldKeepZeroesAllocatedIfThereMayBeNoHole() throws IOException {
    store.writeZeroes(0, 4 * MIB, true, false);
    store.sync();
    assertTrue(allocated(path) >= 4 * MIB, "only " + allocated(path));
    assertArrayEquals(new byte[MIB], read(store, 0, MIB));
  }

  @Test
  void shouldTellHolesFromData() throws IOException {
    write(store, 2 * MIB, random(MIB, 5));
    write(store, SIZE - MIB, random(MIB, 6));
    store.sync();
    List<Extent> expected =
        List.of(
            new Extent(2 * MIB, HOLE),
            new Extent(MIB, 0),
            new Extent(SIZE - 4 * MIB, HOLE),
            new Extent(MIB, 0));
    assertEquals(expected, store.status(0, SIZE, 1024));
    assertEquals(expected.subList(0, 2), store.status(0, SIZE, 2));
  }

  @Test
  void shouldTellOnlyOfTheRange() throws IOException {
    write(store, 2 * MIB, random(MIB, 7));
    store.sync();
    assertEquals(List.of(new Extent(100, 0)), store.status(2 * MIB + 50, 100, 1024));
    assertEquals(
        List.of(new Extent(10, HOLE), new Extent(10, 0)), store.status(2 * MIB - 10, 20, 1024));
    assertEquals(List.of(new Extent(10, HOLE)), store.status(2 * MIB - 10, 20, 1));
    assertEquals(List.of(new Extent(1, HOLE)), store.status(SIZE - 1, 1, 1024));
  }

  @Test
  void shouldTellOfWholeBlocksOnly() throws IOException {
    write(store, 70_000, random(1, 8));
    store.sync();
    store.close();
    int block = 64 << 10;
    store = Stores.open(path.toString(), StoreOptions.DEFAULT.withMinBlock(block));
    assertEquals(
        List.of(new Extent(block, HOLE), new Extent(block, 0), new Extent(2 * block, HOLE)),
        store.status(0, 4 * block, 1024));
  }
}
