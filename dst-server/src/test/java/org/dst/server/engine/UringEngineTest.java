package org.dst.server.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.uring.IoUring;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Machine;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's own ring, on real files. */
@Timeout(60)
class UringEngineTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 64 * MIB;

  @TempDir private Path directory;
  private EventExecutor loop = new DefaultEventExecutor();
  private final UringEngine engine = new UringEngine(1);

  @BeforeEach
  void open() {
    assumeTrue(IoUring.isAvailable(), () -> "no io_uring here: " + IoUring.unavailabilityCause());
    loop = Engines.URING.loop();
  }

  @AfterEach
  void close() throws InterruptedException {
    engine.close();
    loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
  }

  private static BlockStore file(Path path) throws StoreException {
    return Stores.open(path.toString(), StoreOptions.DEFAULT.withCreateSize(SIZE));
  }

  private static StoreHandle access(BlockStore store) {
    return new StoreHandle(store, new SyncGate(), new WriteVerifier(UUID::randomUUID));
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Status write(StoreHandle handle, int flags, long offset, byte[] bytes) throws Exception {
    TestRequest write = TestRequest.write(loop, handle, flags, offset, bytes).submitTo(engine);
    Status status = write.await();
    assertEquals(1, write.data().refCnt());
    write.release();
    return status;
  }

  private byte[] read(StoreHandle handle, long offset, int length) throws Exception {
    TestRequest read = TestRequest.read(loop, handle, offset, length).submitTo(engine);
    assertEquals(Status.OK, read.await());
    return read.bytes();
  }

  private Status change(StoreHandle handle, Opcode opcode, int flags, long offset, long count)
      throws Exception {
    return TestRequest.change(loop, handle, opcode, flags, offset, count).submitTo(engine).await();
  }

  @Test
  void shouldReadWhatWasWrittenInEveryWay() throws Exception {
    try (BlockStore store = file(directory.resolve("disk"))) {
      StoreHandle handle = access(store);
      int length = 3 * MIB + 17;
      int[] ways = {0, RequestFlags.FUA, RequestFlags.BARRIER, RequestFlags.SYNC};
      for (int way : ways) {
        byte[] bytes = random(length, way);
        assertEquals(Status.OK, write(handle, way, 4095, bytes));
        assertArrayEquals(bytes, read(handle, 4095, length));
      }
      assertEquals(Status.OK, TestRequest.flush(loop, handle).submitTo(engine).await());
      assertEquals(Status.OK, change(handle, Opcode.TRIM, RequestFlags.FUA, 0, MIB));
      assertEquals(Status.OK, change(handle, Opcode.WRITE_ZEROES, 0, MIB, MIB));
      int durable = RequestFlags.NO_HOLE | RequestFlags.BARRIER;
      assertEquals(Status.OK, change(handle, Opcode.WRITE_ZEROES, durable, 2 * MIB, 2 * MIB));
      assertArrayEquals(new byte[4 * MIB], read(handle, 0, 4 * MIB));
    }
  }

  @Test
  void shouldTakeMoreThanTheRingHasRoomFor() throws Exception {
    try (BlockStore store = file(directory.resolve("disk"))) {
      StoreHandle handle = access(store);
      int length = 20_000; // no write that is made on the loop
      List<TestRequest> writes = new ArrayList<>();
      for (int i = 0; i < 3 * EventLoopUring.SLOTS; i++) {
        long offset = (long) length * i;
        writes.add(TestRequest.write(loop, handle, 0, offset, random(length, i)));
      }
      loop.submit(() -> writes.forEach(engine::submit)).get();
      for (TestRequest write : writes) {
        assertEquals(Status.OK, write.await());
        write.release();
      }
      for (int i = 0; i < writes.size(); i += 97) {
        assertArrayEquals(random(length, i), read(handle, (long) length * i, length));
      }
    }
  }

  @Test
  void shouldSayThatTheDiskIsFullAfterAShortWrite() throws Exception {
    try (Machine.SmallDisk disk = Machine.smallDisk(directory, "4m");
        BlockStore store = file(disk.directory().resolve("disk"))) {
      StoreHandle handle = access(store);
      UUID verifier = handle.writeVerifier().verifier();
      assertEquals(Status.OK, write(handle, 0, 0, random(MIB, 1)));
      assertEquals(Status.NO_SPACE, write(handle, 0, MIB, random(8 * MIB, 2)));
      assertEquals(verifier, handle.writeVerifier().verifier(), "it promised nothing");
      assertEquals(Status.NO_SPACE, write(handle, RequestFlags.FUA, MIB, random(8 * MIB, 2)));
      assertNotEquals(verifier, handle.writeVerifier().verifier(), "a failed sync");
      assertArrayEquals(random(MIB, 1), read(handle, 0, MIB));
      // tmpfs cannot zero a range in one call: a worker does it in two.
      assertEquals(Status.OK, change(handle, Opcode.TRIM, 0, MIB, SIZE - MIB));
      assertEquals(Status.OK, change(handle, Opcode.WRITE_ZEROES, RequestFlags.NO_HOLE, 0, MIB));
      assertArrayEquals(new byte[MIB], read(handle, 0, MIB));
    }
  }

  @Test
  void shouldFailAReadOfWhatWasTruncatedAway() throws Exception {
    Path path = directory.resolve("disk");
    try (BlockStore store = file(path)) {
      StoreHandle handle = access(store);
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        file.truncate(MIB);
      }
      TestRequest read = TestRequest.read(loop, handle, MIB - 10, 2 * MIB).submitTo(engine);
      assertEquals(Status.IO_ERROR, read.await());
      assertEquals(0, read.bytes().length);
    }
  }

  /** A loop device on a file that cannot grow: what was acknowledged cannot be written back. */
  @Test
  void shouldTellAFailedSyncAndChangeTheVerifier() throws Exception {
    try (Machine.SmallDisk disk = Machine.smallDisk(directory, "2m")) {
      Path backing = disk.directory().resolve("backing");
      Stores.open(backing.toString(), StoreOptions.DEFAULT.withCreateSize(8 * MIB)).close();
      try (Machine.LoopDevice device = Machine.loopDevice(backing);
          BlockStore store = Stores.open(device.path(), StoreOptions.DEFAULT)) {
        StoreHandle handle = access(store);
        UUID verifier = handle.writeVerifier().verifier();
        assertEquals(Status.OK, write(handle, RequestFlags.FUA, 0, random(4096, 1)));
        assertEquals(Status.OK, write(handle, 0, MIB, random(7 * MIB, 2)));
        Status flushed = TestRequest.flush(loop, handle).submitTo(engine).await();
        assertEquals(Status.IO_ERROR, flushed);
        assertNotEquals(verifier, handle.writeVerifier().verifier());
      }
    }
  }

  @Test
  void shouldServeLoopsThatHaveNoRing() throws Exception {
    EventExecutor plain = new DefaultEventExecutor();
    try (BlockStore store = file(directory.resolve("disk"))) {
      StoreHandle handle = access(store);
      byte[] bytes = random(MIB, 1);
      TestRequest write = TestRequest.write(plain, handle, RequestFlags.BARRIER, 0, bytes);
      assertEquals(Status.OK, write.submitTo(engine).await());
      write.release();
      assertEquals(Status.OK, TestRequest.flush(plain, handle).submitTo(engine).await());
      assertArrayEquals(bytes, read(handle, 0, MIB));
    } finally {
      plain.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    }
  }

  @Test
  void shouldWaitForWhatIsUnderWayWhenItIsClosed() throws Exception {
    try (BlockStore store = file(directory.resolve("disk"))) {
      StoreHandle handle = access(store);
      List<TestRequest> writes = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int flags = i % 10 == 0 ? RequestFlags.BARRIER : 0;
        writes.add(TestRequest.write(loop, handle, flags, (long) i * MIB, random(MIB, i)));
      }
      loop.submit(() -> writes.forEach(engine::submit)).get();
      engine.close();
      for (TestRequest write : writes) {
        assertEquals(Status.OK, write.await());
        write.release();
      }
      TestRequest late = TestRequest.flush(loop, handle).submitTo(engine);
      assertEquals(Status.SHUTTING_DOWN, late.await());
      assertFalse(loop.isShuttingDown());
    }
  }

  @Test
  void shouldHaveOneSyncOfAStoreAtATimeWhateverTheLoop() throws IOException, Exception {
    EventExecutor other = Engines.URING.loop();
    try (BlockStore store = file(directory.resolve("disk"))) {
      StoreHandle handle = access(store);
      List<TestRequest> requests = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        EventExecutor its = i % 2 == 0 ? loop : other;
        requests.add(
            i % 4 < 2
                ? TestRequest.flush(its, handle)
                : TestRequest.write(its, handle, RequestFlags.BARRIER, i * 4096L, random(4096, i)));
      }
      requests.forEach(request -> request.submitTo(engine));
      for (TestRequest request : requests) {
        assertEquals(Status.OK, request.await());
        if (request.data() != null) {
          request.release();
        }
      }
      for (int i = 2; i < 400; i += 4) {
        assertArrayEquals(random(4096, i), read(handle, i * 4096L, 4096));
      }
    } finally {
      engine.close();
      other.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    }
  }
}
