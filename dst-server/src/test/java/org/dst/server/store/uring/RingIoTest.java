package org.dst.server.store.uring;

import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.refusal;
import static org.dst.server.store.Bytes.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.platform.syscall.Errno;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Bytes;
import org.dst.server.store.Machine;
import org.dst.server.store.RingStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.descriptor.BufferIo;
import org.dst.server.store.open.Stores;
import org.dst.server.syscall.DataCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file by a ring whose calls end when, and as, the test says. */
@Timeout(30)
class RingIoTest {
  private static final int SIZE = 1 << 20;
  private static final int CHUNK = BufferIo.CHUNK;

  @TempDir private Path directory;
  private final ScriptedRing ring = new ScriptedRing();
  private final List<StoreException> outcomes = new ArrayList<>();
  private BlockStore store;
  private RingStore ringStore;

  @BeforeEach
  void open() throws IOException {
    String path = directory.resolve("disk").toString();
    store = Stores.open(path, StoreOptions.DEFAULT.withCreateSize(SIZE));
    ringStore = store.onRing();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private StoreException onlyOutcome() {
    assertEquals(1, outcomes.size());
    return outcomes.getFirst();
  }

  @Test
  void shouldHaveAllPiecesOfAWriteUnderWayAtOnce() throws IOException {
    byte[] bytes = random(150_000, 1);
    ByteBuf source = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    ringStore.write(ring, 10, source, false, outcomes::add);
    assertEquals(
        List.of("write 65526 at 10", "write 65536 at 65536", "write 18938 at 131072"), ring.told());
    assertEquals(2, source.refCnt(), "the kernel uses it");
    ring.endAll();
    assertNull(onlyOutcome());
    assertEquals(1, source.refCnt());
    assertEquals(bytes.length, source.readableBytes());
    source.release();
    assertArrayEquals(bytes, read(store, 10, bytes.length));
  }

  @Test
  void shouldWriteDurablyInOneCallToADevice() throws IOException {
    Path backing = directory.resolve("disk");
    store.close();
    try (Machine.LoopDevice loop = Machine.loopDevice(backing);
        BlockStore device = Stores.open(loop.path(), StoreOptions.DEFAULT)) {
      ByteBuf source = Unpooled.directBuffer().writeZero(2 * CHUNK);
      assertTrue(device.onRing().write(ring, 0, source, true, outcomes::add));
      ring.endWith(4096);
      assertEquals(
          List.of("write 131072 at 0 durable", "write 126976 at 4096 durable"), ring.told());
      ring.endAll();
      assertNull(onlyOutcome());
      source.release();
    }
  }

  @Test
  void shouldLeaveDurableWritesOfFilesToThreads() throws IOException {
    ByteBuf source = Unpooled.directBuffer().writeZero(CHUNK);
    assertFalse(ringStore.write(ring, 0, source, true, outcomes::add));
    assertEquals(List.of(), ring.told());
    assertEquals(1, source.refCnt());
    source.release();
  }

  @Test
  void shouldGoOnAfterAShortTransfer() throws IOException {
    write(store, 0, random(CHUNK, 2));
    ByteBuf target = Unpooled.directBuffer(CHUNK);
    ringStore.read(ring, 0, target, CHUNK, outcomes::add);
    ring.endWith(7);
    assertEquals(List.of("read 65536 at 0", "read 65529 at 7"), ring.told());
    assertEquals(0, target.readableBytes());
    ring.endAll();
    assertNull(onlyOutcome());
    assertEquals(CHUNK, target.readableBytes());
    target.release();
  }

  @Test
  void shouldTellTheFirstFailureOnceNothingIsUnderWay() throws IOException {
    ByteBuf source = Unpooled.directBuffer().writeZero(3 * CHUNK);
    ringStore.write(ring, 0, source, false, outcomes::add);
    ring.endWith(-Errno.ENOSPC);
    ring.endWith(-Errno.EIO);
    assertTrue(outcomes.isEmpty(), "one piece is under way");
    ring.endAll();
    StoreException failure = onlyOutcome();
    assertEquals(Status.NO_SPACE, failure.status());
    assertTrue(failure.getMessage().contains("ENOSPC"), failure.getMessage());
    assertEquals(1, source.refCnt());
    source.release();
  }

  @Test
  void shouldTakeTheEndOfTheFileForAnErrorAndNeverGoRoundInVain() throws IOException {
    ByteBuf buffer = Unpooled.directBuffer().writeZero(100);
    ringStore.write(ring, 0, buffer, false, outcomes::add);
    ring.endWith(0);
    assertEquals(Status.IO_ERROR, onlyOutcome().status());
    outcomes.clear();
    buffer.clear();
    ringStore.read(ring, 1000, buffer, 100, outcomes::add);
    ring.endWith(60);
    ring.endWith(0);
    assertEquals(Status.IO_ERROR, onlyOutcome().status());
    assertTrue(onlyOutcome().getMessage().contains("ends at 1060"), onlyOutcome().getMessage());
    assertEquals(0, buffer.readableBytes());
    buffer.release();
  }

  @Test
  void shouldCopyWhatIsNotOnePieceOutsideTheHeap() throws IOException {
    byte[] bytes = random(5000, 3);
    ByteBuf heap = Unpooled.wrappedBuffer(bytes);
    ringStore.write(ring, 0, heap, false, outcomes::add);
    ring.endAll();
    ByteBuf composite = Unpooled.compositeBuffer().capacity(5000);
    ByteBuf target = composite.hasMemoryAddress() ? Unpooled.buffer(5000) : composite;
    ringStore.read(ring, 0, target, 5000, outcomes::add);
    ring.endAll();
    assertArrayEquals(bytes, Bytes.array(target));
    assertEquals(1, target.refCnt());
    composite.release();
    if (target != composite) {
      target.release();
    }
    assertEquals(1, heap.refCnt());
    heap.release();
  }

  @Test
  void shouldCloseTheFileOnlyWhenNothingIsUnderWay() throws IOException {
    long before = descriptors();
    ringStore.sync(ring, outcomes::add);
    store.close();
    assertEquals(before, descriptors());
    ring.endAll();
    assertNull(onlyOutcome());
    assertEquals(before - 2, descriptors());
    assertEquals(Status.SHUTTING_DOWN, refusal(() -> ringStore.sync(ring, outcomes::add)));
    ByteBuf source = Unpooled.directBuffer().writeZero(10);
    assertEquals(
        Status.SHUTTING_DOWN,
        refusal(() -> ringStore.write(ring, 0, source, false, outcomes::add)));
    assertEquals(1, source.refCnt());
    source.release();
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void shouldRefuseRangesOutsideTheStore() {
    ByteBuf buffer = Unpooled.directBuffer().writeZero(10);
    assertEquals(
        Status.INVALID, refusal(() -> ringStore.read(ring, SIZE, buffer, 1, outcomes::add)));
    assertEquals(
        Status.NO_SPACE,
        refusal(() -> ringStore.write(ring, SIZE - 5, buffer, false, outcomes::add)));
    assertEquals(Status.NO_SPACE, refusal(() -> ringStore.trim(ring, SIZE - 5, 10, outcomes::add)));
    assertThrows(
        StoreException.class, () -> ringStore.writeZeroes(ring, -1, 10, false, outcomes::add));
    assertEquals(List.of(), ring.told());
    buffer.release();
  }

  @Test
  void shouldTrimAndZeroByFallocate() throws IOException {
    assertTrue(ringStore.trim(ring, 0, 4096, outcomes::add));
    assertTrue(ringStore.writeZeroes(ring, 4096, 8192, false, outcomes::add));
    assertTrue(ringStore.writeZeroes(ring, 0, 4096, true, outcomes::add));
    assertFalse(ringStore.trim(ring, 0, 0, outcomes::add), "nothing to tell the kernel");
    int hole = DataCalls.PUNCH_HOLE | DataCalls.KEEP_SIZE;
    int zero = DataCalls.ZERO_RANGE | DataCalls.KEEP_SIZE;
    assertEquals(
        List.of(
            "fallocate " + hole + " 4096 at 0",
            "fallocate " + hole + " 8192 at 4096",
            "fallocate " + zero + " 4096 at 0"),
        ring.told());
    ring.endWith(-Errno.EOPNOTSUPP);
    assertEquals(Status.NOT_SUPPORTED, onlyOutcome().status());
    ring.endAll();
  }
}
