package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ReplayProgressTest {
  private static final UUID VERIFIER = new UUID(1, 2);

  private final ReplayProgress replay = new ReplayProgress();

  private static UnflushedLog.Entry trim(long offset) {
    return new UnflushedLog.Entry(Opcode.TRIM, 0, offset, 512, null, 1);
  }

  @Test
  void shouldBeCompleteWhenEveryCopyIsSettledAndNotBefore() {
    assertFalse(replay.isComplete(), "none was started");
    replay.start(VERIFIER, List.of(trim(0), trim(512)), 4096);
    Transaction first = replay.next(new Transaction());
    Transaction second = replay.next(new Transaction());
    assertFalse(replay.hasNext());
    assertFalse(replay.isComplete());
    replay.settled(second);
    assertFalse(replay.isComplete());
    replay.settled(first);
    assertTrue(replay.isComplete());
    assertEquals(VERIFIER, replay.verifier());
  }

  @Test
  void shouldBeCompleteAtOnceWithNothingToDo() {
    replay.start(VERIFIER, List.of(), 4096);
    assertTrue(replay.isComplete());
  }

  @Test
  void shouldRepeatTheChangeWithAReferenceOfItsOwn() {
    ByteBuf payload = Unpooled.directBuffer(512).writeZero(512);
    UnflushedLog.Entry entry = new UnflushedLog.Entry(Opcode.WRITE, 4, 1024, 512, payload, 1);
    replay.start(VERIFIER, List.of(entry), 4096);
    assertEquals(512, replay.nextWeight());
    Transaction copy = replay.next(new Transaction());
    assertSame(entry, copy.replayed);
    assertEquals(Opcode.WRITE, copy.opcode());
    assertEquals(4, copy.flags());
    assertEquals(1024, copy.offset());
    assertEquals(512, copy.count());
    assertTrue(copy.isInternal() && copy.isEndless());
    assertEquals(2, payload.refCnt());
    copy.clear();
    assertEquals(1, payload.refCnt());
    payload.release();
  }

  @Test
  void shouldNeverCompleteAfterItWasAborted() {
    replay.start(VERIFIER, List.of(trim(0), trim(512)), 4096);
    Transaction first = replay.next(new Transaction());
    assertEquals(List.of(first), replay.abort());
    assertFalse(replay.hasNext());
    assertFalse(replay.isComplete());
    replay.start(VERIFIER, List.of(trim(0)), 4096);
    replay.settled(replay.next(new Transaction()));
    assertTrue(replay.isComplete());
  }
}
