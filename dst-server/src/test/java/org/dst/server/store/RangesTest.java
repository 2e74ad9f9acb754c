package org.dst.server.store;

import static org.dst.server.store.Bytes.refusal;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dst.protocol.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RangesTest {
  private static final long MAX = Long.MAX_VALUE;

  @Test
  void shouldAcceptWhatIsInside() {
    assertDoesNotThrow(() -> Ranges.check(0, 0, 0));
    assertDoesNotThrow(() -> Ranges.check(10, 0, 10));
    assertDoesNotThrow(() -> Ranges.check(0, 10, 10));
    assertDoesNotThrow(() -> Ranges.check(MAX - 1, 1, MAX));
    assertDoesNotThrow(() -> Ranges.checkChange(9, 1, 10));
  }

  @Test
  void shouldNotBeFooledByOverflow() {
    assertEquals(Status.INVALID, refusal(() -> Ranges.check(MAX, 1, MAX)));
    assertEquals(Status.INVALID, refusal(() -> Ranges.check(1, MAX, MAX)));
    assertEquals(Status.INVALID, refusal(() -> Ranges.check(MAX, MAX, 10)));
    assertEquals(Status.NO_SPACE, refusal(() -> Ranges.checkChange(MAX, MAX, 10)));
    assertEquals(Status.INVALID, refusal(() -> Ranges.checkChange(Long.MIN_VALUE, MAX, 10)));
    assertEquals(Status.INVALID, refusal(() -> Ranges.checkChange(0, Long.MIN_VALUE, 10)));
  }

  @Test
  void shouldRoundToWholeUnits() {
    assertEquals(512, Ranges.down(1023, 512));
    assertEquals(1024, Ranges.up(513, 512));
    assertEquals(512, Ranges.up(512, 512));
    assertEquals(7, Ranges.up(7, 1));
  }
}
