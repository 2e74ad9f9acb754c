package org.dst.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CloseGuardTest {
  private final AtomicInteger ends = new AtomicInteger();
  private final CloseGuard uses = new CloseGuard(ends::incrementAndGet);

  @Test
  void shouldEndWithTheLastUse() {
    assertTrue(uses.enter());
    assertTrue(uses.enter());
    uses.close();
    assertFalse(uses.enter());
    uses.exit();
    assertEquals(0, ends.get());
    uses.exit();
    assertEquals(1, ends.get());
  }

  @Test
  void shouldEndOnceWhateverComesAfter() {
    uses.close();
    uses.close();
    assertFalse(uses.enter());
    assertFalse(uses.enter());
    assertEquals(1, ends.get());
  }
}
