package org.dst.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class InlineWritesTest {
  private static final long FAST = TimeUnit.MICROSECONDS.toNanos(5);
  private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(3);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

  private final EventExecutor loop = new DefaultEventExecutor();
  private final InlineWrites inline = new InlineWrites();
  private ScriptedStore store;
  private StoreHandle handle;
  private long now = Long.MAX_VALUE - PAUSE; // the clock may wrap while a pause runs

  @BeforeEach
  void open() throws StoreException {
    store = new ScriptedStore().withCache();
    handle = new StoreHandle(store, new SyncGate(), new WriteVerifier(UUID::randomUUID), inline);
  }

  @AfterEach
  void close() throws InterruptedException {
    loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
    store.close();
  }

  private boolean allows(int flags, long offset, int bytes) {
    TestRequest write = TestRequest.write(loop, handle, flags, offset, new byte[bytes]);
    try {
      return inline.allow(write, now);
    } finally {
      write.release();
    }
  }

  private boolean allows() {
    return allows(0, 0, 4096);
  }

  @Test
  void shouldTakeShortWritesOfWholePages() {
    assertTrue(allows(0, 8192, 4096));
    assertTrue(allows(0, 0, 16 << 10));
    assertFalse(allows(0, 0, 20 << 10), "too long");
    assertFalse(allows(0, 512, 4096), "the pages may have to be read first");
    assertFalse(allows(0, 4096, 512), "likewise");
  }

  @Test
  void shouldLeaveWhatMustReachTheMediumToTheWorkers() {
    assertFalse(allows(RequestFlags.FUA, 0, 4096));
    assertFalse(allows(RequestFlags.BARRIER, 0, 4096));
    assertFalse(allows(RequestFlags.SYNC, 0, 4096));
  }

  @Test
  void shouldLeaveEveryWriteOfAStoreWithoutCacheToTheWorkers() throws StoreException {
    try (ScriptedStore slow = new ScriptedStore()) {
      handle = new StoreHandle(slow, new SyncGate(), new WriteVerifier(UUID::randomUUID), inline);
      assertFalse(allows());
    }
  }

  @Test
  void shouldPauseAfterASlowWriteAndLongerAfterTheNext() {
    inline.took(SLOW, now);
    now += PAUSE - 1;
    assertFalse(allows());
    now += 1;
    assertTrue(allows());
    inline.took(SLOW, now);
    now += 2 * PAUSE - 1;
    assertFalse(allows());
    now += 1;
    assertTrue(allows());
  }

  @Test
  void shouldForgetSlowWritesAfterManyFastOnes() {
    inline.took(SLOW, now);
    now += PAUSE;
    assertTrue(allows());
    for (int i = 0; i <= 1000; i++) {
      inline.took(FAST, now);
    }
    inline.took(SLOW, now);
    now += PAUSE;
    assertTrue(allows(), "the first pause again");
  }

  @Test
  void shouldNotPauseForMoreThanTenSeconds() {
    for (int i = 0; i < 20; i++) {
      inline.took(SLOW, now);
    }
    now += TimeUnit.SECONDS.toNanos(10);
    assertTrue(allows());
  }

  @Test
  void shouldMakeAShortWriteOnTheLoop() throws Exception {
    ThreadsEngine engine = new ThreadsEngine(1);
    TestRequest write = TestRequest.write(loop, handle, 0, 0, new byte[4096]);
    try {
      boolean completed =
          loop.submit(
                  () -> {
                    engine.submit(write);
                    return write.isCompleted();
                  })
              .get();
      assertTrue(completed);
      assertEquals(Status.OK, write.await());
    } finally {
      engine.close();
      write.release();
    }
  }
}
