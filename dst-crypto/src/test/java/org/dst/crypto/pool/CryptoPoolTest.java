package org.dst.crypto.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(60)
class CryptoPoolTest {
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private final List<Integer> finished = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final AtomicInteger wakeUps = new AtomicInteger();

  @AfterEach
  void stop() throws Exception {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
  }

  private final class Task extends CryptoTask {
    private final int number;
    private final CountDownLatch gate;

    Task(int number, int bytes, CountDownLatch gate) {
      super(bytes);
      this.number = number;
      this.gate = gate;
    }

    @Override
    protected void run() {
      try {
        if (gate != null) {
          gate.await();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      runs.incrementAndGet();
      if (number < 0) {
        throw new IllegalStateException("number " + number);
      }
    }

    @Override
    protected void finished(Throwable failure) {
      finished.add(number);
      if (failure != null) {
        failures.add(failure);
      }
    }

    @Override
    protected void dropped() {
      dropped.incrementAndGet();
    }
  }

  private OrderedTasks sequence(CryptoPool pool) {
    return new OrderedTasks(pool, loop, wakeUps::incrementAndGet);
  }

  private void onLoop(Runnable task) throws Exception {
    loop.submit(task).get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldFinishInOrderAndWakeTheLoopOnceForARun() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CryptoPool pool = new CryptoPool(4);
    OrderedTasks sequence = sequence(pool);
    onLoop(
        () -> {
          sequence.submit(new Task(0, 1, gate));
          for (int i = 1; i < 100; i++) {
            sequence.submit(new Task(i, 1, null));
          }
        });
    onLoop(() -> assertTrue(finished.isEmpty()));
    gate.countDown();
    pool.close();
    onLoop(() -> {});
    onLoop(
        () -> {
          for (int i = 0; i < 100; i++) {
            assertEquals(i, finished.get(i));
          }
          assertEquals(0, sequence.pendingBytes());
        });
    assertTrue(wakeUps.get() < 50, "runs: " + wakeUps);
    assertEquals(100, pool.statistics().records());
  }

  @Test
  void shouldLetTheLoopWorkWhenTheQueueIsFull() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CryptoPool pool = new CryptoPool(1);
    OrderedTasks sequence = sequence(pool);
    onLoop(
        () -> {
          for (int i = 0; i < CryptoPool.MAX_RECORDS + 2; i++) {
            sequence.submit(new Task(i, 1, i == 0 ? gate : null));
          }
          assertTrue(pool.statistics().refused() > 0);
          assertEquals(pool.statistics().refused(), runs.get());
          int before = runs.get();
          sequence.submit(new Task(2000, (int) CryptoPool.MAX_BYTES, null));
          assertEquals(before + 1, runs.get());
          gate.countDown();
        });
    pool.close();
    onLoop(() -> {});
    onLoop(() -> assertEquals(CryptoPool.MAX_RECORDS + 3, finished.size()));
    assertEquals(0, pool.statistics().depth());
    assertEquals(0, pool.statistics().depthBytes());
  }

  @Test
  void shouldDropWhatRunsAfterItsLinkIsClosed() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CryptoPool pool = new CryptoPool(1);
    OrderedTasks sequence = sequence(pool);
    onLoop(
        () -> {
          for (int i = 0; i < 10; i++) {
            sequence.submit(new Task(i, 1, gate));
          }
          sequence.append(new Task(10, 1, null));
          sequence.close();
          assertEquals(1, dropped.get(), "what was ready");
        });
    gate.countDown();
    pool.close();
    onLoop(() -> assertTrue(finished.isEmpty()));
    assertEquals(11, dropped.get());
    assertTrue(runs.get() <= 1, "nobody wants it: " + runs);
  }

  @Test
  void shouldDoEverythingItHasBeforeItCloses() throws Exception {
    CryptoPool pool = new CryptoPool(2);
    OrderedTasks sequence = sequence(pool);
    onLoop(
        () -> {
          for (int i = 0; i < 500; i++) {
            sequence.submit(new Task(i, 1, null));
          }
        });
    pool.close();
    assertEquals(500, runs.get());
    onLoop(() -> sequence.submit(new Task(500, 1, null)));
    onLoop(() -> {});
    onLoop(() -> assertEquals(501, finished.size()));
  }

  @Test
  void shouldReportAFailureInItsTurn() throws Exception {
    CryptoPool pool = new CryptoPool(1);
    OrderedTasks sequence = sequence(pool);
    onLoop(
        () -> {
          sequence.submit(new Task(0, 1, null));
          sequence.submit(new Task(-1, 1, null));
        });
    pool.close();
    onLoop(() -> {});
    onLoop(() -> assertEquals(List.of(0, -1), finished));
    assertEquals("number -1", failures.getFirst().getMessage());
  }

  @Test
  void shouldRefuseASenselessNumberOfThreads() {
    assertEquals(
        "-1 crypto threads (expected: 0 to 256)",
        assertThrows(IllegalArgumentException.class, () -> new CryptoPool(-1)).getMessage());
    assertTrue(CryptoPool.defaultThreads() >= 1);
  }
}
