package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InFlightBudgetTest {
  private final InFlightBudget budget = new InFlightBudget(100);
  private final List<String> granted = new ArrayList<>();

  private boolean acquire(String name, long bytes) {
    return budget.acquire(bytes, () -> granted.add(name));
  }

  @Test
  void shouldGrantUpToTheLimitAndThenInOrder() {
    assertTrue(acquire("a", 60));
    assertTrue(acquire("b", 40));
    assertFalse(acquire("c", 80));
    assertFalse(acquire("d", 1));
    budget.release(40);
    assertEquals(List.of(), granted);
    budget.release(60);
    assertEquals(List.of("c", "d"), granted);
    assertEquals(81, budget.used());
  }

  @Test
  void shouldGrantMoreThanTheLimitToOneAlone() {
    assertTrue(acquire("a", 1000));
    assertFalse(acquire("b", 1000));
    budget.release(1000);
    assertEquals(List.of("b"), granted);
  }

  @Test
  void shouldLetOthersPassWhenTheFirstGivesUp() {
    InFlightBudget.Waiter impatient = () -> granted.add("impatient");
    assertTrue(acquire("a", 50));
    assertFalse(budget.acquire(80, impatient));
    assertFalse(acquire("b", 50));
    assertTrue(budget.cancel(impatient));
    assertEquals(List.of("b"), granted);
    assertFalse(budget.cancel(impatient));
  }

  @Test
  void shouldLoseNoWaiterBetweenThreads() throws InterruptedException {
    int threads = 4;
    AtomicInteger rounds = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform()
          .start(
              () -> {
                for (int round = 0; round < 20_000; round++) {
                  long bytes = 1 + ThreadLocalRandom.current().nextInt(90);
                  Semaphore turn = new Semaphore(0);
                  if (!budget.acquire(bytes, turn::release)) {
                    turn.acquireUninterruptibly();
                  }
                  budget.release(bytes);
                  rounds.incrementAndGet();
                }
                done.countDown();
              });
    }
    assertTrue(done.await(50, TimeUnit.SECONDS), rounds + " rounds");
    assertEquals(0, budget.used());
  }
}
