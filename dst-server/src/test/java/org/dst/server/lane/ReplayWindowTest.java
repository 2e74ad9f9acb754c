package org.dst.server.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.dst.protocol.MalformedException;
import org.dst.protocol.Status;
import org.dst.server.lane.ReplayWindow.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReplayWindowTest {
  private static final int SIZE = 8;

  private final ReplayWindow window = new ReplayWindow(SIZE);

  @Test
  void shouldFollowARequestFromFreshToSettled() throws Exception {
    assertEquals(Verdict.FRESH, window.arrive(5, 5));
    window.started(5);
    assertEquals(Verdict.RUNNING, window.arrive(5, 5));
    window.done(5, Status.NO_SPACE);
    assertEquals(Verdict.DONE, window.arrive(5, 5));
    assertEquals(Status.NO_SPACE, window.statusOf(5));
    assertEquals(Verdict.SETTLED, window.arrive(5, 6));
  }

  @Test
  void shouldTakeARequestAgainThatWasForgotten() throws Exception {
    window.arrive(1, 1);
    window.started(1);
    window.forget(1);
    assertEquals(Verdict.FRESH, window.arrive(1, 1));
  }

  @Test
  void shouldClearTheSlotsThatTheWatermarkPasses() throws Exception {
    for (long id = 0; id < SIZE; id++) {
      window.arrive(id, 0);
      window.started(id);
      window.done(id, Status.OK);
    }
    assertEquals(Verdict.FRESH, window.arrive(SIZE + 2, 3), "a slot that was used before");
    assertEquals(Verdict.DONE, window.arrive(3, 3), "the first one that is not passed");
    assertEquals(Verdict.DONE, window.arrive(SIZE - 1, 3));
  }

  @Test
  void shouldRefuseAWatermarkThatGoesBack() throws Exception {
    window.arrive(9, 9);
    assertThrows(MalformedException.class, () -> window.arrive(9, 8));
    assertThrows(MalformedException.class, () -> window.arrive(9, Long.MIN_VALUE));
    assertEquals(Verdict.FRESH, window.arrive(9, 9));
  }

  @Test
  void shouldRefuseAnIdBeyondTheWindow() throws Exception {
    assertEquals(Verdict.FRESH, window.arrive(SIZE - 1, 0));
    assertThrows(MalformedException.class, () -> window.arrive(SIZE, 0));
    assertThrows(MalformedException.class, () -> window.arrive(Long.MAX_VALUE, 0));
  }

  @Test
  void shouldDropAnIdBelowItsOwnWatermark() throws Exception {
    assertEquals(Verdict.SETTLED, window.arrive(3, 4));
    assertEquals(Verdict.SETTLED, window.arrive(-1, 0), "above 2^63");
  }

  @Test
  void shouldRememberExactlyTheWindowOverManyRounds() throws Exception {
    for (long id = 1; id < 100 * SIZE; id++) {
      long watermark = Math.max(0, id - SIZE + 1);
      assertEquals(Verdict.FRESH, window.arrive(id, watermark), "id " + id);
      window.started(id);
      assertEquals(Verdict.RUNNING, window.arrive(id, watermark), "id " + id);
      window.done(id, id % 2 == 0 ? Status.OK : Status.IO_ERROR);
      for (long past = Math.max(1, watermark); past <= id; past++) {
        assertEquals(Verdict.DONE, window.arrive(past, watermark), "id " + past);
        assertEquals(past % 2 == 0 ? Status.OK : Status.IO_ERROR, window.statusOf(past));
      }
    }
  }

  @Test
  void shouldForgetEverythingInAHugeJump() throws Exception {
    for (long id = 0; id < SIZE; id++) {
      window.arrive(id, 0);
      window.started(id);
    }
    long far = Long.MAX_VALUE - SIZE + 1;
    for (long id = far; id > 0; id++) {
      assertEquals(Verdict.FRESH, window.arrive(id, far), "id " + id);
    }
  }

  @Test
  void shouldIgnoreTheEndOfWhatTheWatermarkHasPassed() throws Exception {
    window.arrive(1, 1);
    window.started(1);
    assertEquals(Verdict.FRESH, window.arrive(1 + SIZE, 2), "the same slot");
    window.started(1 + SIZE);
    window.done(1, Status.OK);
    window.forget(1);
    assertEquals(Verdict.RUNNING, window.arrive(1 + SIZE, 2));
  }
}
