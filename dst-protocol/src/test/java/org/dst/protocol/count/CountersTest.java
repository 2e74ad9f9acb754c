package org.dst.protocol.count;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CountersTest {
  private enum Event {
    FIRST,
    SECOND_ONE
  }

  private final Counters<Event> counters = new Counters<>(Event.class);

  @Test
  void shouldStartWithZeroAndCountEachEventApart() {
    assertEquals(Map.of("first", 0L, "second_one", 0L), counters.snapshot());
    counters.count(Event.SECOND_ONE);
    counters.add(Event.SECOND_ONE, 41);
    counters.count(Event.FIRST);
    assertEquals(42, counters.get(Event.SECOND_ONE));
    assertEquals(Map.of("first", 1L, "second_one", 42L), counters.snapshot());
  }

  @Test
  void shouldShowItsNamesInOrder() {
    assertEquals(List.of("first", "second_one"), List.copyOf(counters.snapshot().keySet()));
    assertEquals("{first=0, second_one=0}", counters.toString());
  }

  @Test
  void shouldSumUpOnlyWhatHappened() {
    assertEquals("", counters.summary());
    counters.add(Event.SECOND_ONE, 3);
    assertEquals("second_one 3", counters.summary());
    counters.count(Event.FIRST);
    assertEquals("first 1, second_one 3", counters.summary());
  }

  @Test
  void shouldLoseNothingThatSeveralThreadsCount() throws InterruptedException {
    List<Thread> threads =
        IntStream.range(0, 4).mapToObj(i -> Thread.ofPlatform().start(this::countMany)).toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(40_000, counters.get(Event.FIRST));
  }

  private void countMany() {
    for (int i = 0; i < 10_000; i++) {
      counters.count(Event.FIRST);
    }
  }
}
