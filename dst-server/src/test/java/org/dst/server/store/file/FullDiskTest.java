package org.dst.server.store.file;

import static org.dst.server.store.Bytes.failure;
import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.refusal;
import static org.dst.server.store.Bytes.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Machine;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FullDiskTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;

  @Test
  void shouldSayThatTheDiskIsFullAndGoOnWhenThereIsSpaceAgain() throws IOException {
    try (Machine.SmallDisk disk = Machine.smallDisk(directory, "4m")) {
      String path = disk.directory().resolve("disk").toString();
      try (BlockStore store = Stores.open(path, StoreOptions.DEFAULT.withCreateSize(16 * MIB))) {
        write(store, 0, random(MIB, 1));
        StoreException failure = failure(() -> write(store, MIB, random(8 * MIB, 2)));
        assertEquals(Status.NO_SPACE, failure.status());
        assertTrue(failure.getMessage().contains("ENOSPC"), failure.getMessage());
        assertEquals(
            Status.NO_SPACE, refusal(() -> store.writeZeroes(8 * MIB, 8 * MIB, true, false)));
        assertArrayEquals(random(MIB, 1), read(store, 0, MIB));
        store.trim(MIB, 15 * MIB);
        write(store, 15 * MIB, random(MIB, 3), true);
        assertArrayEquals(random(MIB, 3), read(store, 15 * MIB, MIB));
      }
    }
  }

  @Test
  void shouldAllocateZeroesWhereTheFileSystemCannotZeroARange() throws IOException {
    try (Machine.SmallDisk disk = Machine.smallDisk(directory, "4m")) {
      Path path = disk.directory().resolve("disk");
      try (BlockStore store =
          Stores.open(path.toString(), StoreOptions.DEFAULT.withCreateSize(2 * MIB))) {
        write(store, 0, random(MIB, 1));
        store.writeZeroes(0, 2 * MIB, true, true);
        assertEquals(2 * MIB, Machine.allocated(path));
        assertArrayEquals(new byte[2 * MIB], read(store, 0, 2 * MIB));
      }
    }
  }

  /**
   * Write-back that fails after the write was acknowledged: a loop device on a file that cannot
   * grow. The kernel tells the error once to each descriptor, and a durable write asks too.
   */
  @Test
  void shouldNotLetADurableWriteSwallowTheErrorThatAFlushMustReport() throws IOException {
    try (Machine.SmallDisk disk = Machine.smallDisk(directory, "2m")) {
      Path backing = disk.directory().resolve("backing");
      Stores.open(backing.toString(), StoreOptions.DEFAULT.withCreateSize(8 * MIB)).close();
      try (Machine.LoopDevice loop = Machine.loopDevice(backing);
          BlockStore store = Stores.open(loop.path(), StoreOptions.DEFAULT)) {
        write(store, 0, random(4096, 1), true);
        store.sync();
        write(store, MIB, random(7 * MIB, 2));
        assertTrue(!Machine.run("sync", loop.path()).succeeded(), "write-back did not fail");

        assertEquals(Status.IO_ERROR, refusal(() -> write(store, 0, random(4096, 3), true)));
        assertEquals(Status.IO_ERROR, refusal(store::sync));
      }
    }
  }
}
