package org.dst.server.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class SizeWatcherTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;
  private Path file;
  private BlockStore store;
  private SizeWatcher follower;

  @BeforeEach
  void open() throws StoreException {
    file = directory.resolve("disk");
    store = Stores.open(file.toString(), StoreOptions.DEFAULT.withCreateSize(4 * MIB));
    follower = new SizeWatcher(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void truncate(long size) throws IOException {
    try (RandomAccessFile other = new RandomAccessFile(file.toFile(), "rw")) {
      other.setLength(size);
    }
  }

  @Test
  void shouldTakeGrowthOverAtOnceAndOnce() throws IOException {
    assertFalse(follower.look());
    truncate(5 * MIB);
    assertTrue(follower.look());
    assertEquals(5 * MIB, follower.size());
    assertFalse(follower.look());
  }

  @Test
  void shouldNoticeGrowthThatARequestHasNoticedBefore() throws IOException {
    truncate(5 * MIB);
    assertEquals(5 * MIB, store.size());
    assertTrue(follower.look(), "nobody was told");
  }

  @Test
  void shouldTakeLessOverWhenItIsSeenTwice() throws IOException {
    truncate(3 * MIB);
    assertFalse(follower.look());
    assertEquals(4 * MIB, store.knownSize());
    assertEquals("has 3145728 bytes, and had 4194304 before", follower.trouble());
    truncate(2 * MIB);
    assertFalse(follower.look(), "it is still changing");
    assertTrue(follower.look());
    assertEquals(2 * MIB, follower.size());
    assertEquals(2 * MIB, store.knownSize());
    assertNull(follower.trouble());
  }

  @Test
  void shouldNotTakeAnEmptiedStoreOver() throws IOException {
    truncate(0);
    for (int i = 0; i < 3; i++) {
      assertFalse(follower.look());
      assertNotNull(follower.trouble());
    }
    assertEquals(4 * MIB, store.knownSize());
    truncate(4 * MIB);
    assertFalse(follower.look());
    assertNull(follower.trouble());
  }

  @Test
  void shouldSayThatTheSizeCannotBeAskedFor() {
    store.close();
    assertFalse(follower.look());
    assertTrue(follower.trouble().contains("closed"), follower.trouble());
  }
}
