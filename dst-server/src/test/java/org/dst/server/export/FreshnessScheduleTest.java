package org.dst.server.export;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FreshnessScheduleTest {
  private final FreshnessSchedule pace = new FreshnessSchedule();

  @Test
  void shouldPlanOneStepForAllThatHappensMeanwhile() {
    assertTrue(pace.used());
    assertFalse(pace.used());
    assertFalse(pace.used());
    pace.step();
    assertTrue(pace.used(), "what comes after the step is not in it");
    assertFalse(pace.used());
  }
}
