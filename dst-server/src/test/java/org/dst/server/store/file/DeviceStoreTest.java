package org.dst.server.store.file;

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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.dst.protocol.Extent;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Machine;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeviceStoreTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 8 * MIB;

  @TempDir private Path directory;
  private Path backing;
  private Machine.LoopDevice loop;

  @BeforeEach
  void makeDevice() throws IOException {
    backing = directory.resolve("backing");
    Stores.open(backing.toString(), StoreOptions.DEFAULT.withCreateSize(SIZE)).close();
    loop = Machine.loopDevice(backing);
  }

  @AfterEach
  void removeDevice() throws IOException {
    if (loop != null) {
      loop.close();
    }
  }

  private BlockStore open() throws StoreException {
    return Stores.open(loop.path(), StoreOptions.DEFAULT);
  }

  @Test
  void shouldSayWhatADeviceIs() throws IOException {
    try (BlockStore store = open()) {
      StoreInfo info = store.info();
      assertEquals("device", info.kind());
      assertEquals(SIZE, info.size());
      assertEquals(SIZE, store.size());
      assertEquals(512, info.minBlock());
      assertTrue(info.preferredBlock() >= 4096);
      assertFalse(info.readOnly());
    }
  }

  @Test
  void shouldReadBackWhatWasWritten() throws IOException {
    byte[] bytes = random(MIB, 1);
    try (BlockStore store = open()) {
      write(store, 512, bytes);
      write(store, 4 * MIB, bytes, true);
      store.sync();
      store.cache(0, SIZE);
      store.startWriteBack(0, SIZE);
      assertArrayEquals(bytes, read(store, 512, MIB));
      assertEquals(List.of(new Extent(SIZE, 0)), store.status(0, SIZE, 8));
      assertEquals(Status.NO_SPACE, refusal(() -> write(store, SIZE, new byte[512])));
      assertEquals(Status.INVALID, refusal(() -> read(store, SIZE, 512)));
    }
    try (BlockStore store = open()) {
      assertArrayEquals(bytes, read(store, 4 * MIB, MIB));
    }
  }

  @Test
  void shouldDiscardWholeBlocksOnly() throws IOException {
    byte[] bytes = random(4 * MIB, 2);
    try (BlockStore store = open()) {
      assumeTrue(store.info().canTrim(), "this loop device does not discard");
      write(store, 0, bytes);
      store.sync();
      long before = Machine.allocated(backing);
      store.trim(1000, 3 * MIB);
      store.trim(3 * MIB + 600, 300);
      store.sync();
      assertTrue(Machine.allocated(backing) < before - 2 * MIB, "nothing given back");
      int start = 1024;
      int end = 3 * MIB + 512; // 1000 + 3 MiB, rounded down
      Arrays.fill(bytes, start, end, (byte) 0);
      assertArrayEquals(bytes, read(store, 0, bytes.length));
    }
  }

  @Test
  void shouldZeroExactlyTheRange() throws IOException {
    byte[] bytes = random(2 * MIB, 3);
    try (BlockStore store = open()) {
      write(store, 0, bytes);
      store.writeZeroes(1000, 100_000, false, false);
      store.writeZeroes(MIB + 700, 100_000, true, false);
      store.writeZeroes(500_000, 30, false, false);
      store.sync();
      Arrays.fill(bytes, 1000, 101_000, (byte) 0);
      Arrays.fill(bytes, MIB + 700, MIB + 100_700, (byte) 0);
      Arrays.fill(bytes, 500_000, 500_030, (byte) 0);
      assertArrayEquals(bytes, read(store, 0, bytes.length));
    }
  }

  @Test
  void shouldMakeZeroesFastOrSayThatItCannot() throws IOException {
    byte[] bytes = random(MIB, 4);
    try (BlockStore store = open()) {
      write(store, 0, bytes);
      if (store.info().canFastZero()) {
        store.writeZeroes(0, MIB, false, true);
        assertArrayEquals(new byte[MIB], read(store, 0, MIB));
      } else {
        assertEquals(Status.NOT_SUPPORTED, refusal(() -> store.writeZeroes(0, MIB, false, true)));
        assertArrayEquals(bytes, read(store, 0, MIB));
      }
    }
  }

  @Test
  void shouldServeALimitedPart() throws IOException {
    StoreOptions limited = StoreOptions.DEFAULT.withSizeLimit(MIB + 100);
    try (BlockStore store = Stores.open(loop.path(), limited)) {
      assertEquals(MIB, store.size());
      assertEquals(Status.NO_SPACE, refusal(() -> write(store, MIB, new byte[512])));
    }
  }

  @Test
  void shouldRefuseADeviceThatIsReadOnlyUnlessServedSo() throws IOException {
    loop.close();
    loop = Machine.loopDevice(backing, "--read-only");
    StoreException failure = failure(() -> open().close());
    assertEquals(Status.NOT_PERMITTED, failure.status(), failure.getMessage());
    assertTrue(failure.getMessage().contains("read-only"), failure.getMessage());
    try (BlockStore store = Stores.open(loop.path(), StoreOptions.DEFAULT.asReadOnly())) {
      assertTrue(store.info().readOnly());
      assertArrayEquals(new byte[512], read(store, 0, 512));
    }
  }

  @Test
  void shouldRefuseADeviceThatIsServedAlready() throws IOException {
    try (BlockStore store = open()) {
      StoreException failure = failure(() -> open().close());
      assertTrue(failure.getMessage().contains("in use"), failure.getMessage());
      assertEquals(SIZE, store.size());
    }
    open().close();
  }

  @Test
  void shouldRefuseADeviceThatIsMounted() throws IOException {
    assumeTrue(Machine.run("mkfs.ext4", "-q", loop.path()).succeeded(), "no mkfs.ext4");
    Path mount = Files.createDirectory(directory.resolve("mount"));
    assumeTrue(Machine.run("mount", loop.path(), mount.toString()).succeeded(), "no mount");
    try {
      StoreException failure = failure(() -> open().close());
      assertTrue(failure.getMessage().contains("mounted"), failure.getMessage());
    } finally {
      Machine.run("umount", mount.toString());
    }
  }
}
