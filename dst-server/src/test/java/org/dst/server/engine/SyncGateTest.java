package org.dst.server.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SyncGateTest {
  private final SyncGate gate = new SyncGate();
  private final IoRequest first = TestRequest.flush(null, null);
  private final IoRequest second = TestRequest.flush(null, null);
  private final IoRequest third = TestRequest.flush(null, null);

  @Test
  void shouldAnswerAllThatCameBeforeTheSyncStarted() {
    assertTrue(gate.join(first));
    assertFalse(gate.join(second));
    assertSame(first, gate.begin());
    assertSame(second, first.next);
    assertNull(second.next);
    assertNull(gate.end());
  }

  @Test
  void shouldKeepThoseThatCameAfterItStartedForTheNext() {
    assertTrue(gate.join(first));
    assertSame(first, gate.begin());
    assertFalse(gate.join(second));
    assertFalse(gate.join(third));
    assertNull(first.next);
    assertSame(second, gate.end());
    assertSame(second, gate.begin());
    assertSame(third, second.next);
    assertNull(gate.end());
  }

  @Test
  void shouldWantASyncOfItsOwnWhenNoneIsOnItsWay() {
    assertTrue(gate.join(first));
    gate.begin();
    gate.end();
    assertTrue(gate.join(second));
    assertSame(second, gate.begin());
    assertNull(gate.end());
  }
}
