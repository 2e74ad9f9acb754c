package org.dst.protocol.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dst.protocol.link.LinkLiveness.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LinkLivenessTest {
  private static final long START = Long.MAX_VALUE - 50; // clocks may wrap

  private final LinkLiveness liveness = new LinkLiveness(100, 250, START);

  @Test
  void shouldAskForAPingAfterEachIntervalOfSilence() {
    assertEquals(START + 100, liveness.nextNanos());
    assertEquals(Verdict.FINE, liveness.check(START + 99));
    assertEquals(Verdict.PING, liveness.check(START + 100));
    assertEquals(Verdict.FINE, liveness.check(START + 100), "one is enough");
    assertEquals(START + 200, liveness.nextNanos());
    assertEquals(Verdict.PING, liveness.check(START + 200));
    assertEquals(START + 250, liveness.nextNanos(), "the next thing is its death");
  }

  @Test
  void shouldFindALinkDeadAfterTheTimeoutAndNotBefore() {
    liveness.check(START + 200);
    assertEquals(Verdict.FINE, liveness.check(START + 249));
    assertEquals(Verdict.DEAD, liveness.check(START + 250));
    assertEquals(250, liveness.silenceNanos(START + 250));
  }

  @Test
  void shouldFindALinkDeadEvenIfTheClockWasLookedAtLate() {
    assertEquals(Verdict.DEAD, liveness.check(START + 100_000));
  }

  @Test
  void shouldTakeAnythingForASignOfLife() {
    liveness.check(START + 100);
    liveness.heard(START + 240);
    assertEquals(START + 340, liveness.nextNanos());
    assertEquals(Verdict.FINE, liveness.check(START + 339));
    assertEquals(Verdict.PING, liveness.check(START + 340));
    assertEquals(Verdict.FINE, liveness.check(START + 439));
    assertEquals(Verdict.DEAD, liveness.check(START + 490));
  }
}
