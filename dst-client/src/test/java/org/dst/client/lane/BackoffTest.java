package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class BackoffTest {
  private static final Duration FIRST = Duration.ofNanos(100);
  private static final Duration MOST = Duration.ofNanos(1000);

  @Test
  void shouldDoubleUpToTheCap() {
    Backoff backoff = new Backoff(FIRST, MOST, always(Long.MAX_VALUE));
    assertEquals(100, backoff.nextNanos());
    assertEquals(200, backoff.nextNanos());
    assertEquals(400, backoff.nextNanos());
    assertEquals(800, backoff.nextNanos());
    assertEquals(1000, backoff.nextNanos());
    assertEquals(1000, backoff.nextNanos());
  }

  @Test
  void shouldBeginAgainAfterASuccess() {
    Backoff backoff = new Backoff(FIRST, MOST, always(Long.MAX_VALUE));
    backoff.nextNanos();
    backoff.nextNanos();
    backoff.reset();
    assertEquals(100, backoff.nextNanos());
  }

  @Test
  void shouldTakeBetweenHalfAndTheWhole() {
    Backoff backoff = new Backoff(MOST, MOST, new SplittableRandom(1));
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 1000; i++) {
      long wait = backoff.nextNanos();
      assertTrue(wait >= 500 && wait <= 1000, () -> "wait of " + wait);
      least = Math.min(least, wait);
      most = Math.max(most, wait);
    }
    assertTrue(most - least > 400, "no jitter to speak of");
  }

  @Test
  void shouldNotGoBelowTheFirstWaitWhenTheCapIsBelowIt() {
    Backoff backoff = new Backoff(MOST, FIRST, always(0));
    assertEquals(500, backoff.nextNanos());
    assertEquals(500, backoff.nextNanos());
  }

  /** Takes the same end of every range. */
  private static RandomGenerator always(long end) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return end;
      }

      @Override
      public long nextLong(long bound) {
        return Math.min(end, bound - 1);
      }
    };
  }
}
