package org.dst.server.store.file;

import static org.dst.server.store.Bytes.array;
import static org.dst.server.store.Bytes.failure;
import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.refusal;
import static org.dst.server.store.Bytes.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Machine;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.descriptor.BufferIo;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** I/O past the page cache, where the temporary directory's file system has it. */
@Timeout(60)
class DirectStoreTest {
  private static final int MIB = 1 << 20;
  private static final StoreOptions DIRECT = StoreOptions.DEFAULT.asDirect();
  private static final String O_DIRECT =
      System.getProperty("os.arch").equals("aarch64") ? "0200000" : "040000";

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("disk");
  }

  private BlockStore open() throws StoreException {
    return openOrSkip(DIRECT.withCreateSize(8 * MIB));
  }

  private BlockStore openOrSkip(StoreOptions options) throws StoreException {
    try {
      return Stores.open(file.toString(), options);
    } catch (StoreException e) {
      assumeTrue(e.status() != Status.NOT_SUPPORTED, e.getMessage());
      throw e;
    }
  }

  /** Whether every descriptor of this process for a file has O_DIRECT, and there is one. */
  private static boolean isDirect(Path file) throws IOException {
    long flag = Long.parseLong(O_DIRECT, 8);
    boolean found = false;
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (!Files.isSymbolicLink(descriptor)
            || !Files.readSymbolicLink(descriptor).equals(file.toRealPath())) {
          continue;
        }
        found = true;
        Path info = Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName());
        String flags =
            Files.readString(info)
                .lines()
                .filter(l -> l.startsWith("flags"))
                .toList()
                .getFirst()
                .replaceAll("[^0-7]", "");
        if ((Long.parseLong(flags, 8) & flag) == 0) {
          return false;
        }
      }
    }
    return found;
  }

  @Test
  void shouldGoPastThePageCacheAndSayInWhichBlocks() throws IOException {
    try (BlockStore store = open()) {
      assertTrue(isDirect(file), "descriptors without O_DIRECT");
      int block = store.info().minBlock();
      assertTrue(block >= 512 && block <= 4096, () -> "blocks of " + block);
      assertFalse(store.cachesWrites());
    }
    try (BlockStore store = Stores.open(file.toString(), StoreOptions.DEFAULT)) {
      assertFalse(isDirect(file), "O_DIRECT that nobody asked for");
      assertEquals(1, store.info().minBlock());
    }
  }

  @Test
  void shouldReadWhatWasWrittenFromWhereverABufferLies() throws IOException {
    byte[] bytes = random(MIB, 1);
    try (BlockStore store = open()) {
      for (int skipped : new int[] {0, 1, 17, 511}) {
        ByteBuf source = Unpooled.directBuffer(MIB + 512);
        source.setIndex(skipped, skipped).writeBytes(bytes);
        store.write(2 * MIB, source, skipped == 17);
        assertEquals(skipped, source.readerIndex());
        source.release();
        ByteBuf target = Unpooled.directBuffer(MIB + 512).setIndex(skipped, skipped);
        store.read(2 * MIB, target, MIB);
        assertArrayEquals(bytes, array(target));
        target.release();
        store.writeZeroes(2 * MIB, MIB, true, false);
        assertArrayEquals(new byte[MIB], read(store, 2 * MIB, MIB));
      }
      ByteBuf heap = Unpooled.wrappedBuffer(bytes);
      store.write(0, heap, false);
      store.sync();
    }
    try (BlockStore buffered = Stores.open(file.toString(), StoreOptions.DEFAULT)) {
      assertArrayEquals(bytes, read(buffered, 0, MIB));
    }
  }

  @Test
  void shouldGiveBuffersThatNeedNoCopy() throws IOException {
    try (BlockStore store = open()) {
      for (int i = 0; i < 8; i++) {
        ByteBuf buffer = store.bufferForRead(UnpooledByteBufAllocator.DEFAULT, 4096);
        long address = BufferIo.address(buffer, buffer.writerIndex(), 4096);
        assertEquals(0, address % 512, "address of the first byte");
        assertTrue(buffer.writableBytes() >= 4096, () -> "room: " + buffer);
        store.read(0, buffer, 4096);
        assertEquals(4096, buffer.readableBytes());
        buffer.release();
      }
    }
  }

  @Test
  void shouldRefuseWhatIsNotInWholeBlocks() throws IOException {
    try (BlockStore store = open()) {
      int half = store.info().minBlock() / 2;
      assertEquals(Status.INVALID, refusal(() -> write(store, half, new byte[2 * half])));
      assertEquals(Status.INVALID, refusal(() -> write(store, 0, new byte[half])));
      StoreException failure = failure(() -> read(store, 0, half));
      assertEquals(Status.INVALID, failure.status());
      assertTrue(failure.getMessage().contains("multiples of " + 2 * half), failure.getMessage());
    }
  }

  @Test
  void shouldNeitherWaitOnTheLoopNorReadThePageCache() throws IOException {
    try (BlockStore store = open()) {
      ByteBuf target = Unpooled.directBuffer(4096);
      assertFalse(store.tryRead(0, target, 4096), "a read of the medium, while the loop waits");
      target.release();
      store.cache(0, MIB);
    }
  }

  @Test
  void shouldTellATruncatedFileFromAnUnalignedRequest() throws IOException {
    try (BlockStore store = open()) {
      write(store, 0, random(MIB, 3));
      assertTrue(
          Machine.run("truncate", "-s", Integer.toString(MIB / 2 + 100), file.toString())
              .succeeded());
      assertEquals(Status.IO_ERROR, refusal(() -> read(store, 0, MIB)));
      assertEquals(Status.IO_ERROR, refusal(() -> read(store, MIB / 2, 4096)));
    }
  }

  @Test
  void shouldTakeTheBlocksOfADevice() throws IOException {
    try (BlockStore made = Stores.open(file.toString(), DIRECT.withCreateSize(8 * MIB))) {
      assertEquals(8 * MIB, made.size());
    }
    for (int sector : new int[] {512, 4096}) {
      try (Machine.LoopDevice loop =
              Machine.loopDevice(file, "--sector-size", Integer.toString(sector));
          BlockStore store = Stores.open(loop.path(), DIRECT)) {
        assertTrue(isDirect(Path.of(loop.path())), "descriptors without O_DIRECT");
        assertEquals(sector, store.info().minBlock());
        byte[] bytes = random(4 * sector, sector);
        write(store, sector, bytes);
        write(store, 8 * sector, bytes, true);
        assertArrayEquals(bytes, read(store, sector, bytes.length));
        store.writeZeroes(sector, 2L * sector, false, false);
        assertArrayEquals(new byte[2 * sector], read(store, sector, 2 * sector));
        assertArrayEquals(bytes, read(store, 8 * sector, bytes.length));
        assertEquals(Status.INVALID, refusal(() -> read(store, sector / 2, sector)));
      }
    }
  }

  @Test
  void shouldRefuseAMinimumBlockThatDirectIoCannotHave() throws IOException {
    open().close();
    StoreException failure =
        failure(() -> Stores.open(file.toString(), DIRECT.withMinBlock(256)).close());
    assertEquals(Status.INVALID, failure.status());
    assertTrue(failure.getMessage().contains("minimum block of 256"), failure.getMessage());
    try (BlockStore store = Stores.open(file.toString(), DIRECT.withMinBlock(8192))) {
      assertEquals(8192, store.info().minBlock());
    }
  }

  @Test
  void shouldSayThatAFileSystemHasNoDirectIo() throws IOException {
    Path mount = Files.createDirectory(directory.resolve("memory"));
    try (Machine.SmallDisk small = Machine.smallDisk(mount, "1m")) {
      Path inMemory = small.directory().resolve("disk");
      StoreException failure =
          failure(() -> Stores.open(inMemory.toString(), DIRECT.withCreateSize(65536)).close());
      assertEquals(Status.NOT_SUPPORTED, failure.status());
      assertTrue(failure.getMessage().contains("without a medium"), failure.getMessage());
      assertFalse(Files.exists(inMemory), "a file was left behind");
    }
  }

  @Test
  void shouldSayThatAFileWithoutDirectIoCannotHaveIt() {
    // A kernel's own file: regular, and without O_DIRECT on every kernel.
    StoreException failure =
        failure(() -> Stores.open("/proc/version", DIRECT.asReadOnly()).close());
    assertEquals(Status.NOT_SUPPORTED, failure.status(), failure.getMessage());
    assertTrue(failure.getMessage().contains("O_DIRECT"), failure.getMessage());
  }

  @Test
  void shouldSayThatMemoryHasNoDirectIo() {
    StoreException failure = failure(() -> Stores.open("mem:1M", DIRECT).close());
    assertEquals(Status.NOT_SUPPORTED, failure.status());
    assertTrue(failure.getMessage().contains("mem:1M"), failure.getMessage());
  }
}
