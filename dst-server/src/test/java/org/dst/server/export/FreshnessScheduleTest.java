package org.dst.server.export;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FreshnessScheduleTest {
  private final FreshnessSchedule schedule = new FreshnessSchedule();

  @Test
  void shouldPlanOneStepForAllThatHappensMeanwhile() {
    assertTrue(schedule.used());
    assertFalse(schedule.used());
    assertFalse(schedule.used());
    schedule.step();
    assertTrue(schedule.used(), "what comes after the step is not in it");
    assertFalse(schedule.used());
  }
}
