package org.dst.server.store.descriptor;

import static org.dst.server.store.Bytes.failure;
import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
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
class PreallocationTest {
  private static final int MIB = 1 << 20;
  private static final StoreOptions SPARSE = StoreOptions.DEFAULT.withCreateSize(8 * MIB);

  @TempDir private Path directory;

  @Test
  void shouldTakeTheSpaceOfANewFileAndOfOneWithHoles() throws IOException {
    Path fresh = directory.resolve("fresh");
    Stores.open(fresh.toString(), SPARSE.preallocated()).close();
    assertTrue(Machine.allocated(fresh) >= 8 * MIB, "a new file is sparse");
    assertEquals(8 * MIB, Files.size(fresh));

    Path old = directory.resolve("old");
    try (BlockStore store = Stores.open(old.toString(), SPARSE)) {
      write(store, MIB, random(MIB, 1));
    }
    assertTrue(Machine.allocated(old) < 8 * MIB);
    try (BlockStore store = Stores.open(old.toString(), StoreOptions.DEFAULT.preallocated())) {
      assertTrue(Machine.allocated(old) >= 8 * MIB, "holes have stayed");
      assertArrayEquals(random(MIB, 1), read(store, MIB, MIB));
      assertArrayEquals(new byte[MIB], read(store, 0, MIB));
    }
  }

  @Test
  void shouldRefuseToStartWithoutTheSpace() throws IOException {
    Path mount = Files.createDirectory(directory.resolve("small"));
    try (Machine.SmallDisk small = Machine.smallDisk(mount, "4m")) {
      Path file = small.directory().resolve("disk");
      StoreException failure =
          failure(() -> Stores.open(file.toString(), SPARSE.preallocated()).close());
      assertEquals(Status.NO_SPACE, failure.status(), failure.getMessage());
      assertFalse(Files.exists(file), "a file was left behind");
      Stores.open(file.toString(), SPARSE).close();
    }
  }

  @Test
  void shouldSayThatADeviceHasItsSpaceAlready() throws IOException {
    Path backing = directory.resolve("backing");
    Stores.open(backing.toString(), SPARSE).close();
    try (Machine.LoopDevice loop = Machine.loopDevice(backing)) {
      StoreOptions preallocated = StoreOptions.DEFAULT.preallocated();
      StoreException failure = failure(() -> Stores.open(loop.path(), preallocated).close());
      assertTrue(failure.getMessage().contains("has its space already"), failure.getMessage());
    }
  }

  @Test
  void shouldGiveMemoryHalfOfTheMachinesUnlessTold() throws IOException {
    long most = Long.parseLong(memoryTotal()) * 1024;
    try (BlockStore store = Stores.open("mem:", StoreOptions.DEFAULT)) {
      assertTrue(store.size() >= MIB && store.size() <= most / 2, () -> store.size() + " bytes");
      assertEquals(0, store.size() % MIB);
    }
    try (BlockStore store = Stores.open("mem:1M", StoreOptions.DEFAULT.preallocated())) {
      assertEquals(MIB, store.size());
    }
  }

  private static String memoryTotal() throws IOException {
    return Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("[^0-9]", "");
  }
}
