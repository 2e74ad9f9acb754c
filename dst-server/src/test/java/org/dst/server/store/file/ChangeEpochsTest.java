package org.dst.server.store.file;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChangeEpochsTest {
  private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);

  private final ChangeEpochs epochs = new ChangeEpochs();

  @Test
  void shouldWaitForWhatHasBegunHoweverOftenSomebodyHasGivenUp() {
    int first = epochs.enter();
    for (int i = 0; i < 5; i++) {
      assertFalse(epochs.await(SHORT), "a change is under way");
    }
    int second = epochs.enter();
    epochs.exit(first);
    assertFalse(epochs.await(SHORT), "the other change is under way");
    epochs.exit(second);
    assertTrue(epochs.await(SHORT));
  }

  /** Each change looks at the end that it finds, and the end is moved as a cut does. */
  @Test
  void shouldLetNoChangePassAnEndThatItDidNotSee() throws InterruptedException {
    AtomicLong end = new AtomicLong(Long.MAX_VALUE);
    AtomicLong cut = new AtomicLong(Long.MAX_VALUE);
    AtomicBoolean passed = new AtomicBoolean();
    AtomicBoolean stop = new AtomicBoolean();
    Runnable changes =
        () -> {
          while (!stop.get()) {
            int epoch = epochs.enter();
            long seen = end.get();
            Thread.onSpinWait();
            if (seen > cut.get()) {
              passed.set(true);
            }
            epochs.exit(epoch);
          }
        };
    Thread one = Thread.ofPlatform().start(changes);
    Thread other = Thread.ofPlatform().start(changes);
    for (long to = 2000; to > 0; to--) {
      end.set(to);
      assertTrue(epochs.await(LONG), "new changes keep the old ones from ending");
      cut.set(to);
    }
    stop.set(true);
    one.join();
    other.join();
    assertFalse(passed.get(), "a change that saw the former end ran after the cut");
  }
}
