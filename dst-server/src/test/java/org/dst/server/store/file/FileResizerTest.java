package org.dst.server.store.file;

import static org.dst.server.store.Bytes.failure;
import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.refusal;
import static org.dst.server.store.Bytes.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Machine;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.dst.server.store.uring.ScriptedRing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FileResizerTest {
  private static final int MIB = 1 << 20;
  private static final StoreOptions FOUR = StoreOptions.DEFAULT.withCreateSize(4 * MIB);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("disk");
  }

  private BlockStore open(StoreOptions options) throws StoreException {
    return Stores.open(file.toString(), options);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGrowAndShrink(boolean inMemory) throws IOException {
    try (BlockStore store = inMemory ? Stores.open("mem:4M", StoreOptions.DEFAULT) : open(FOUR)) {
      write(store, 0, random(4 * MIB, 1));
      store.resize(6 * MIB);
      assertEquals(6 * MIB, store.size());
      assertArrayEquals(random(4 * MIB, 1), read(store, 0, 4 * MIB));
      assertArrayEquals(new byte[2 * MIB], read(store, 4 * MIB, 2 * MIB));
      write(store, 6 * MIB - 4096, random(4096, 2));

      store.resize(MIB);
      assertEquals(MIB, store.size());
      assertEquals(MIB, store.knownSize());
      assertEquals(Status.NO_SPACE, refusal(() -> write(store, MIB - 1, new byte[2])));
      assertEquals(Status.NO_SPACE, refusal(() -> store.trim(MIB, 1)));
      assertEquals(Status.NO_SPACE, refusal(() -> store.writeZeroes(MIB, 1, false, false)));
      assertEquals(Status.INVALID, refusal(() -> read(store, MIB, 1)));
      store.resize(4 * MIB);
      assertArrayEquals(new byte[3 * MIB], read(store, MIB, 3 * MIB), "what was cut off");
    }
    if (!inMemory) {
      assertEquals(4 * MIB, Files.size(file));
    }
  }

  @Test
  void shouldTakeTheSpaceOfGrowthAtOnceIfPreallocated() throws IOException {
    try (BlockStore store = open(FOUR.preallocated())) {
      store.resize(8 * MIB);
      assertTrue(Machine.allocated(file) >= 8 * MIB, "growth is sparse");
    }
  }

  @Test
  void shouldStayAsItWasIfThereIsNoSpaceToGrow() throws IOException {
    Path mount = Files.createDirectory(directory.resolve("small"));
    try (Machine.SmallDisk small = Machine.smallDisk(mount, "8m")) {
      file = small.directory().resolve("disk");
      try (BlockStore store = open(FOUR.preallocated())) {
        assertEquals(Status.NO_SPACE, refusal(() -> store.resize(64 * MIB)));
        assertEquals(4 * MIB, store.size());
        assertEquals(4 * MIB, Files.size(file));
        assertTrue(Machine.allocated(file) <= 4 * MIB + 4096, "space was kept");
      }
    }
  }

  @Test
  void shouldNotCutBeforeAWriteThatHasBegunHasEnded() throws Exception {
    ScriptedRing ring = new ScriptedRing();
    List<StoreException> outcomes = new ArrayList<>();
    try (BlockStore store = open(FOUR)) {
      ByteBuf source = Unpooled.directBuffer().writeBytes(random(4096, 3));
      store.onRing().write(ring, 3 * MIB, source, false, outcomes::add);
      CompletableFuture<Void> resized = CompletableFuture.runAsync(() -> assertResized(store, MIB));
      while (store.knownSize() != MIB) {
        Thread.onSpinWait(); // bounded by the test's own time
      }
      assertThrows(TimeoutException.class, () -> resized.get(50, TimeUnit.MILLISECONDS));
      assertEquals(4 * MIB, Files.size(file), "cut while a write is under way");
      store.size(); // as every change asks
      assertEquals(MIB, store.knownSize(), "what is still there is to be cut off");
      assertEquals(
          Status.NO_SPACE,
          refusal(() -> store.onRing().write(ring, 3 * MIB, source, false, outcomes::add)));
      assertEquals(Status.NO_SPACE, refusal(() -> store.onRing().trim(ring, MIB, 1, null)));
      ring.endAll();
      resized.get(20, TimeUnit.SECONDS);
      assertEquals(1, outcomes.size());
      assertEquals(MIB, Files.size(file), "a write went beyond the new end");
      source.release();
    }
  }

  private static void assertResized(BlockStore store, long size) {
    try {
      store.resize(size);
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldGiveUpAndStayAsItWasIfAWriteDoesNotEnd() throws Exception {
    ScriptedRing ring = new ScriptedRing();
    try (BlockStore store = open(FOUR)) {
      ByteBuf source = Unpooled.directBuffer().writeBytes(random(4096, 3));
      store.onRing().write(ring, 3 * MIB, source, false, failure -> {});
      CompletableFuture<StoreException> failed = new CompletableFuture<>();
      Thread resizing =
          Thread.ofPlatform().start(() -> failed.complete(failure(() -> store.resize(MIB))));
      resizing.interrupt(); // what its patience would do in ten seconds
      StoreException failure = failed.get(20, TimeUnit.SECONDS);
      assertTrue(failure.getMessage().contains("changes that are under way"), failure.getMessage());
      assertEquals(4 * MIB, store.size());
      assertEquals(4 * MIB, store.knownSize());
      ring.endAll();
      source.release();
      store.resize(MIB);
      assertEquals(MIB, Files.size(file));
    }
  }

  @Test
  void shouldTellAReadThatWasOvertakenByACutWhatHappened() throws Exception {
    ScriptedRing ring = new ScriptedRing();
    List<StoreException> outcomes = new ArrayList<>();
    try (BlockStore store = open(FOUR)) {
      ByteBuf target = Unpooled.directBuffer(4096);
      store.onRing().read(ring, 3 * MIB, target, 4096, outcomes::add);
      store.resize(MIB);
      ring.endAll();
      assertEquals(Status.INVALID, outcomes.getFirst().status(), "no I/O error");
      target.release();
    }
  }

  @Test
  void shouldRefuseSizesAndStoresThatCannotBe() throws IOException {
    try (BlockStore store = open(FOUR.withMinBlock(4096))) {
      assertEquals(Status.INVALID, refusal(() -> store.resize(MIB + 512)));
      assertEquals(Status.INVALID, refusal(() -> store.resize(0)));
      assertEquals(4 * MIB, store.size());
    }
    try (BlockStore store = open(StoreOptions.DEFAULT.asReadOnly())) {
      assertEquals(Status.NOT_PERMITTED, refusal(() -> store.resize(MIB)));
    }
    try (BlockStore store = open(StoreOptions.DEFAULT.withSizeLimit(MIB))) {
      assertEquals(Status.NOT_SUPPORTED, refusal(() -> store.resize(2 * MIB)));
    }
    try (Machine.LoopDevice loop = Machine.loopDevice(file);
        BlockStore store = Stores.open(loop.path(), StoreOptions.DEFAULT)) {
      StoreException failure = failure(() -> store.resize(MIB));
      assertEquals(Status.NOT_SUPPORTED, failure.status());
      assertTrue(failure.getMessage().contains("its own means"), failure.getMessage());
      assertFalse(store.info().readOnly());
    }
  }

  @Test
  void shouldFollowADeviceThatGrows() throws IOException {
    open(FOUR).close();
    try (Machine.LoopDevice loop = Machine.loopDevice(file);
        BlockStore store = Stores.open(loop.path(), StoreOptions.DEFAULT)) {
      assertTrue(Machine.run("truncate", "-s", "8M", file.toString()).succeeded());
      assertTrue(Machine.run("losetup", "-c", loop.path()).succeeded());
      assertEquals(8 * MIB, store.measure());
      write(store, 7 * MIB, random(4096, 1));
    }
  }
}
