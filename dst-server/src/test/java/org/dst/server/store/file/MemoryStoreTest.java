package org.dst.server.store.file;

import static org.dst.server.store.Bytes.failure;
import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.refusal;
import static org.dst.server.store.Bytes.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import org.dst.protocol.Extent;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Bytes;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MemoryStoreTest {
  private static final int HOLE = Extent.HOLE | Extent.ZERO;

  @Test
  void shouldBeSparseAndLargerThanThisMachinesMemory() throws IOException {
    try (BlockStore store = Stores.open("mem:64T", StoreOptions.DEFAULT)) {
      assertEquals(64L << 40, store.size());
      write(store, 1L << 45, random(4096, 1));
      assertEquals(
          List.of(new Extent(1L << 45, HOLE), new Extent(4096, 0)),
          store.status(0, (1L << 45) + 4096, 10));
      assertArrayEquals(random(4096, 1), read(store, 1L << 45, 4096));
      assertArrayEquals(new byte[10], read(store, 1L << 44, 10));
    }
  }

  @Test
  void shouldGiveBackWhatIsTrimmed() throws IOException {
    try (BlockStore store = Stores.open("mem:1M", StoreOptions.DEFAULT)) {
      write(store, 0, random(1 << 20, 2));
      store.trim(0, 512 << 10);
      store.writeZeroes(768 << 10, 128 << 10, true, false);
      store.sync();
      assertEquals(new Extent(512 << 10, HOLE), store.status(0, 1 << 20, 10).get(0));
      assertArrayEquals(new byte[512 << 10], read(store, 0, 512 << 10));
      assertArrayEquals(new byte[128 << 10], read(store, 768 << 10, 128 << 10));
    }
  }

  @Test
  void shouldAnswerEveryReadAtOnce() throws IOException {
    try (BlockStore store = Stores.open("mem:1M", StoreOptions.DEFAULT)) {
      write(store, 0, random(8192, 3), true);
      ByteBuf target = Unpooled.directBuffer(8192);
      boolean there = store.tryRead(0, target, 8192);
      byte[] bytes = Bytes.array(target);
      target.release();
      assertTrue(there);
      assertArrayEquals(random(8192, 3), bytes);
    }
  }

  @Test
  void shouldServeWholeBlocksInsideItsLimit() throws IOException {
    StoreOptions options = StoreOptions.DEFAULT.withMinBlock(4096).withSizeLimit(10_000);
    try (BlockStore store = Stores.open("mem:1M", options)) {
      assertEquals(8192, store.size());
      assertEquals(8192, store.info().size());
      assertEquals(4096, store.info().minBlock());
      assertEquals(Status.NO_SPACE, refusal(() -> write(store, 8192, new byte[1])));
    }
  }

  @Test
  void shouldRefuseASizeThatIsNone() {
    for (String location : List.of("mem:big", "mem:0")) {
      StoreException failure = failure(() -> Stores.open(location, StoreOptions.DEFAULT).close());
      assertEquals(Status.INVALID, failure.status());
      assertTrue(failure.getMessage().startsWith(location), failure.getMessage());
    }
  }
}
