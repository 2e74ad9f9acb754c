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
  private final CloseGuard guard = new CloseGuard(ends::incrementAndGet);

  @Test
  void shouldEndWithTheLastUse() {
    assertTrue(guard.enter());
    assertTrue(guard.enter());
    guard.close();
    assertFalse(guard.enter());
    guard.exit();
    assertEquals(0, ends.get());
    guard.exit();
    assertEquals(1, ends.get());
  }

  @Test
  void shouldEndOnceWhateverComesAfter() {
    guard.close();
    guard.close();
    assertFalse(guard.enter());
    assertFalse(guard.enter());
    assertEquals(1, ends.get());
  }
}
