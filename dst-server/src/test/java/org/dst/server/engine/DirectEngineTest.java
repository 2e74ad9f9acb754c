package org.dst.server.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.util.concurrent.EventExecutor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both engines with I/O past the page cache. */
@Timeout(60)
class DirectEngineTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(Engines.class)
  void shouldCarryOutDirectRequests(Engines kind) throws Exception {
    kind.require();
    EventExecutor loop = kind.loop();
    IoEngine engine = kind.engine(2);
    try (BlockStore store = openOrSkip()) {
      StoreHandle handle =
          new StoreHandle(store, new SyncGate(), new WriteVerifier(UUID::randomUUID));
      byte[] bytes = new byte[3 * MIB];
      new Random(1).nextBytes(bytes);
      for (int way : new int[] {0, RequestFlags.FUA, RequestFlags.BARRIER, RequestFlags.SYNC}) {
        TestRequest write = TestRequest.write(loop, handle, way, 4096, bytes).submitTo(engine);
        assertEquals(Status.OK, write.await());
        write.release();
        TestRequest read = TestRequest.read(loop, handle, 4096, bytes.length).submitTo(engine);
        assertEquals(Status.OK, read.await());
        assertArrayEquals(bytes, read.bytes());
        bytes[way] ^= 1;
      }
      assertEquals(
          Status.OK,
          TestRequest.change(loop, handle, Opcode.WRITE_ZEROES, RequestFlags.NO_HOLE, MIB, MIB)
              .submitTo(engine)
              .await());
      assertEquals(Status.OK, TestRequest.flush(loop, handle).submitTo(engine).await());
      TestRequest zeroes = TestRequest.read(loop, handle, MIB, MIB).submitTo(engine);
      assertEquals(Status.OK, zeroes.await());
      assertArrayEquals(new byte[MIB], zeroes.bytes());
      assertUnaligned(engine, loop, handle);
    } finally {
      engine.close();
      loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    }
  }

  private static void assertUnaligned(IoEngine engine, EventExecutor loop, StoreHandle handle)
      throws Exception {
    byte[] little = new byte[100];
    Arrays.fill(little, (byte) 1);
    TestRequest write = TestRequest.write(loop, handle, 0, 0, little).submitTo(engine);
    assertEquals(Status.INVALID, write.await());
    write.release();
    TestRequest read = TestRequest.read(loop, handle, 17, 4096).submitTo(engine);
    assertEquals(Status.INVALID, read.await());
    read.release();
  }

  private BlockStore openOrSkip() throws StoreException {
    try {
      return Stores.open(
          directory.resolve("disk").toString(),
          StoreOptions.DEFAULT.withCreateSize(8 * MIB).asDirect());
    } catch (StoreException e) {
      assumeTrue(e.status() != Status.NOT_SUPPORTED, e.getMessage());
      throw e;
    }
  }
}
