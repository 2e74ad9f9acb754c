package org.dst.platform.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.dst.protocol.testing.ExpectedErrors;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Watch.class)
@Timeout(30)
class EventLoopQueueTest {
  private static final int SENDERS = 4;
  private static final int EACH = 20_000;

  private final CountingLoop to = new CountingLoop();
  private final EventLoopQueue queue = new EventLoopQueue(to);
  private final List<EventExecutor> loops = new ArrayList<>(List.of(to));

  /** Values in the order of processing; confined to the receiving loop. */
  private final List<Integer> taken = new ArrayList<>();

  private static final class CountingLoop extends DefaultEventLoop {
    final AtomicInteger tasks = new AtomicInteger();

    @Override
    public void execute(Runnable task) {
      tasks.incrementAndGet();
      super.execute(task);
    }
  }

  private final class Number extends EventLoopQueue.Entry {
    private final int value;

    Number(int value) {
      this.value = value;
    }

    @Override
    protected void process() {
      assertTrue(to.inEventLoop());
      taken.add(value);
      if (value < 0) {
        throw new IllegalStateException("item " + value);
      }
    }
  }

  @AfterEach
  void end() {
    loops.forEach(loop -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS));
  }

  private EventExecutor loop() {
    EventExecutor loop = new DefaultEventExecutor();
    loops.add(loop);
    return loop;
  }

  /** Returns when everything that was pushed so far has been processed. */
  private void settle() throws Exception {
    to.submit(() -> {}).get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldWakeTheOtherLoopOnceForEverythingOfATurn() throws Exception {
    EventExecutor from = loop();
    from.submit(
            () -> IntStream.range(0, 100).forEach(i -> queue.pushAfterReads(new Number(i), from)))
        .get(10, TimeUnit.SECONDS);
    from.submit(() -> {}).get(10, TimeUnit.SECONDS); // behind the announcement
    assertEquals(1, to.tasks.get(), "tasks for a hundred items");
    settle();
    assertEquals(IntStream.range(0, 100).boxed().toList(), taken);
  }

  @Test
  void shouldNotWaitForAnybodysTurnOutsideOfLoops() throws Exception {
    EventExecutor busy = loop();
    CountDownLatch end = new CountDownLatch(1);
    busy.execute(() -> awaitQuietly(end));
    queue.pushAfterReads(new Number(1), busy);
    settle();
    assertEquals(List.of(1), taken);
    end.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shouldLoseNothingAndKeepTheOrderOfEachOfSeveralLoops() throws Exception {
    CountDownLatch all = new CountDownLatch(SENDERS);
    for (int sender = 0; sender < SENDERS; sender++) {
      int first = sender * EACH;
      EventExecutor from = loop();
      putOneByOne(from, first, first + EACH, all);
    }
    assertTrue(all.await(20, TimeUnit.SECONDS));
    for (EventExecutor loop : loops.subList(1, loops.size())) {
      loop.submit(() -> {}).get(10, TimeUnit.SECONDS); // behind its last announcement
    }
    settle();
    assertEquals(SENDERS * EACH, taken.size());
    for (int sender = 0; sender < SENDERS; sender++) {
      int first = sender * EACH;
      List<Integer> ofSender =
          taken.stream().filter(value -> value >= first && value < first + EACH).toList();
      assertEquals(IntStream.range(first, first + EACH).boxed().toList(), ofSender);
    }
  }

  /** In turns of different lengths, so that batches and single items meet. */
  private void putOneByOne(EventExecutor from, int next, int end, CountDownLatch all) {
    from.execute(
        () -> {
          int turn = Math.min(end, next + 1 + next % 7);
          for (int value = next; value < turn; value++) {
            queue.pushAfterReads(new Number(value), from);
          }
          if (turn == end) {
            all.countDown();
          } else {
            putOneByOne(from, turn, end, all);
          }
        });
  }

  @Test
  @ExpectedErrors("an item fails on purpose")
  void shouldGoOnBehindAnItemThatFails() throws Exception {
    EventExecutor from = loop();
    from.submit(
            () -> {
              queue.pushAfterReads(new Number(-1), from);
              queue.pushAfterReads(new Number(2), from);
            })
        .get(10, TimeUnit.SECONDS);
    from.submit(() -> {}).get(10, TimeUnit.SECONDS);
    settle();
    assertEquals(List.of(-1, 2), taken);
  }

  @Test
  void shouldWakeAtOnceAndOnlyOnceForABatch() throws Exception {
    CountDownLatch pushed = new CountDownLatch(1);
    to.execute(() -> awaitQuietly(pushed));
    queue.push(new Number(1));
    queue.push(new Number(2));
    assertEquals(2, to.tasks.get(), "tasks: the one that waits, and one for two entries");
    pushed.countDown();
    settle();
    assertEquals(List.of(1, 2), taken);
  }

  @Test
  void shouldTellWhoPushesThatTheReceiverHasEnded() throws Exception {
    to.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
    assertThrows(RejectedExecutionException.class, () -> queue.push(new Number(1)));
  }

  @Test
  void shouldNotDisturbASenderWhenTheReceiverHasEnded() throws Exception {
    to.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
    queue.pushAfterReads(new Number(1), loop());
    assertEquals(List.of(), taken);
  }
}
