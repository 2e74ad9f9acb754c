package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a lane dials and how long it waits for a connection, with the usual options. */
@Timeout(10)
class ReconnectSchedulerTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final ReconnectScheduler reconnect =
      new ReconnectScheduler(Duration.ofMillis(100), Duration.ofSeconds(5), new Random(1));

  private long now = 7 * SECOND;

  @Test
  void shouldTryAgainSoonAndThenTwoOrThreeTimesASecond() {
    up();
    assertBetween(50, 100, reconnect.lost(now));
    assertBetween(100, 200, refusedByTheMachine());
    for (long end = now + 4 * MINUTE; now < end; ) {
      assertBetween(200, 400, refusedByTheMachine());
    }
  }

  @Test
  void shouldTryLessOftenWhenAnOutageIsLong() {
    up();
    now = reconnect.lost(now);
    now += 10 * MINUTE;
    exhaustDoubling();
    assertBetween(500, 1100, refusedByTheMachine());
    now += 5 * 60 * MINUTE;
    assertBetween(2500, 5000, refusedByTheMachine());
  }

  /** Doubling from attempt to attempt goes on while the outage is short, unseen. */
  private void exhaustDoubling() {
    for (int i = 0; i < 10; i++) {
      reconnect.dial(now);
      reconnect.failed(true, now);
    }
  }

  @Test
  void shouldBeginAgainAfterAnAttach() {
    up();
    reconnect.lost(now);
    now += 5 * 60 * MINUTE;
    exhaustDoubling();
    up();
    assertBetween(50, 100, reconnect.lost(now));
    assertBetween(100, 200, refusedByTheMachine());
    assertBetween(200, 400, refusedByTheMachine());
  }

  @Test
  void shouldNotTryForeverAtThatPaceWhatNeverWorked() {
    now = refusedByTheMachine();
    now += 60 * MINUTE;
    exhaustDoubling();
    assertBetween(2500, 5000, refusedByTheMachine());
  }

  @Test
  void shouldKeepLookingForAServerThatHasAnnouncedItsEnd() {
    up();
    reconnect.goingAway();
    long lost = now;
    now = reconnect.lost(now);
    while (now < lost + 5 * SECOND - 100 * MILLI) {
      assertBetween(50, 100, refusedByTheMachine());
    }
    now = lost + 5 * SECOND;
    assertBetween(200, 400, refusedByTheMachine());
    up();
    reconnect.lost(now);
    refusedByTheMachine();
    assertBetween(200, 400, refusedByTheMachine());
  }

  @Test
  void shouldNotPressAServerThatSaysNo() {
    up();
    now = reconnect.lost(now);
    for (long most = 100; most < 5000; most *= 2) {
      assertBetween(most / 2, most, refusedByTheServer());
    }
    assertBetween(2500, 5000, refusedByTheServer());
    assertBetween(100, 200, refusedByTheMachine());
    assertBetween(50, 100, refusedByTheServer());
  }

  @Test
  void shouldCountTheTimeOfASilentAttemptAsWaiting() {
    up();
    now = reconnect.lost(now);
    for (int i = 0; i < 5; i++) {
      reconnect.dial(now);
      now += 500 * MILLI;
      assertBetween(50, 50, reconnect.failed(true, now));
    }
  }

  @Test
  void shouldWaitAfterALinkThatCouldNotBeAttached() {
    up();
    now = reconnect.lost(now);
    refusedByTheMachine();
    reconnect.dial(now);
    reconnect.opened(now);
    now += 30 * SECOND;
    assertBetween(200, 400, reconnect.failed(false, now));
  }

  @Test
  void shouldGiveAConnectionMoreTimeTheLongerTheOutage() {
    assertEquals(Long.MAX_VALUE, reconnect.dial(now), "before the first attach");
    up();
    reconnect.lost(now);
    assertEquals(500 * MILLI, reconnect.dial(now + 50 * SECOND));
    assertEquals(600 * MILLI, reconnect.dial(now + MINUTE));
    assertEquals(6 * SECOND, reconnect.dial(now + 10 * MINUTE));
  }

  @Test
  void shouldKnowHowLongTheRoadIs() {
    openIn(3 * SECOND);
    openIn(SECOND);
    openIn(2 * SECOND);
    reconnect.lost(now);
    assertEquals(2 * SECOND, reconnect.dial(now));
  }

  @Test
  void shouldDialAtOnceWhenAnotherLaneHasGotThrough() {
    up();
    now = reconnect.lost(now);
    reconnect.dial(now);
    now += MILLI;
    long planned = reconnect.failed(true, now);
    assertEquals(now + 49 * MILLI, reconnect.reachable(planned, now), "but not twice at once");
    now += 60 * MILLI;
    assertEquals(now, reconnect.reachable(planned, now));
    assertEquals(now, reconnect.reachable(now, now));
    assertEquals(now - 1, reconnect.reachable(now - 1, now));
  }

  private void up() {
    openIn(MILLI);
  }

  private void openIn(long nanos) {
    reconnect.dial(now);
    now += nanos;
    reconnect.opened(now);
    reconnect.attached();
  }

  /** The connection is refused at once; time goes on to the next attempt, which is returned. */
  private long refusedByTheMachine() {
    reconnect.dial(now);
    return reconnect.failed(true, now);
  }

  private long refusedByTheServer() {
    reconnect.dial(now);
    reconnect.opened(now);
    reconnect.refused();
    return reconnect.failed(false, now);
  }

  /** Time goes on to that moment, which must be so far away. */
  private void assertBetween(long leastMillis, long mostMillis, long when) {
    long wait = when - now;
    assertTrue(
        wait >= leastMillis * MILLI && wait <= mostMillis * MILLI,
        () -> "waits for %d ns (expected: %d to %d ms)".formatted(wait, leastMillis, mostMillis));
    now = when;
  }
}
