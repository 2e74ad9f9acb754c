package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DeadlineQueueTest {
  private final DeadlineQueue queue = new DeadlineQueue();
  private final Transaction first = new Transaction();
  private final Transaction second = new Transaction();
  private final Transaction third = new Transaction();

  @Test
  void shouldHaveNothingFirstWhenEmpty() {
    assertNull(queue.first());
  }

  @Test
  void shouldKeepTheOrderOfDeadlines() {
    addAll();
    assertSame(first, queue.first());
    assertEquals(1, first.deadlineNanos);
    queue.remove(first);
    assertSame(second, queue.first());
    queue.remove(second);
    assertSame(third, queue.first());
    queue.remove(third);
    assertNull(queue.first());
  }

  @Test
  void shouldRemoveFromTheMiddleAndTheEnd() {
    addAll();
    queue.remove(second);
    queue.remove(third);
    assertSame(first, queue.first());
    queue.add(second, 4);
    queue.remove(first);
    assertSame(second, queue.first());
  }

  @Test
  void shouldTakeATransactionAgain() {
    addAll();
    queue.remove(first);
    queue.add(first, 4);
    assertSame(second, queue.first());
    queue.remove(second);
    queue.remove(third);
    assertSame(first, queue.first());
  }

  @Test
  void shouldOrderAcrossTheWrapOfTheClock() {
    queue.add(first, Long.MAX_VALUE);
    queue.add(second, Long.MIN_VALUE);
    assertSame(first, queue.first());
  }

  private void addAll() {
    queue.add(first, 1);
    queue.add(second, 2);
    queue.add(third, 3);
  }
}
