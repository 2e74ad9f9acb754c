package org.dst.client.lane;

import static org.dst.client.lane.FakeWorld.LIMIT;
import static org.dst.client.lane.FakeWorld.TIMEOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.testing.ExpectedErrors;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Changes that cannot be replayed, and a log that nears its limits. */
@ExtendWith(Watch.class)
@ExpectedErrors("changes that cannot be replayed are logged as errors")
@Timeout(10)
class LaneCoreStuckTest {
  private static final int HALF = LIMIT / 2;

  private final FakeWorld world = new FakeWorld();

  @AfterEach
  void close() {
    world.close();
  }

  /** A write at 0 is acknowledged, lost, and cannot be written again. The next id is 3. */
  private void stick() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 7);
    world.ok(1);
    world.relink(2);
    world.reply(2, Status.NO_SPACE, null);
    world.take();
  }

  @Test
  void shouldKeepAChangeThatCannotBeReplayedAndGoOn() throws MalformedException {
    stick();
    assertTrue(world.core.isUp());
    assertFalse(world.core.isClean());
    assertEquals(1, world.count(ClientCounter.FAILED_REPLAYS));
    world.trim(9);
    assertEquals(List.of("3/3"), world.take());
  }

  @Test
  void shouldFailFlushesUntilTheReplaySucceeds() throws MalformedException {
    stick();
    TestRequest first = world.flush();
    assertEquals(List.of("3/3"), world.take());
    assertEquals(7, world.last().first(), "the change is tried again");
    world.reply(3, Status.NO_SPACE, null);
    assertEquals(Status.IO_ERROR, first.end().status());
    assertEquals(List.of(), world.take(), "the flush itself was not sent");

    TestRequest second = world.flush();
    world.ok(4);
    assertEquals(List.of("4/4", "5/5"), world.take());
    assertFalse(second.isDone());
    world.ok(5);
    assertEquals(Status.OK, second.end().status());
    assertTrue(world.core.isClean());
  }

  @Test
  void shouldFailReadsOfWhatIsMissingAndNoOthers() throws MalformedException {
    stick();
    TestRequest missing = world.submit(Opcode.READ, 511, 2);
    assertEquals(Status.IO_ERROR, missing.end().status());
    TestRequest beside = world.submit(Opcode.READ, 512, 2);
    assertEquals(List.of("3/3"), world.take());
    world.reply(3, Status.OK, FakeWorld.bytes(1, 2));
    assertEquals(Status.OK, beside.end().status());
  }

  @Test
  void shouldForgetWhatIsMissingWhenItIsOverwritten() throws MalformedException {
    stick();
    world.write(0, 0, 512, 8);
    world.ok(3);
    world.take();
    TestRequest flush = world.flush();
    world.submit(Opcode.READ, 0, 1);
    assertEquals(List.of("4/4", "5/4"), world.take());
    world.ok(4);
    assertEquals(Status.OK, flush.end().status());
    assertTrue(world.core.isClean());
  }

  @Test
  void shouldNotReplayOverANewerWriteThatIsUnderWay() throws MalformedException {
    stick();
    world.write(0, 0, 512, 8);
    TestRequest flush = world.flush();
    assertEquals(List.of("3/3"), world.take(), "the old bytes would land on the new ones");
    world.ok(3);
    assertEquals(List.of("4/4"), world.take());
    assertEquals(Opcode.FLUSH, world.last().opcode(), "nothing is missing any more");
    world.ok(4);
    assertEquals(Status.OK, flush.end().status());
    world.submit(Opcode.READ, 0, 1);
    assertEquals(List.of("5/5"), world.take());
  }

  @Test
  void shouldNotFailAFlushWhoseRetryWasCutShort() throws MalformedException {
    stick();
    TestRequest flush = world.flush();
    world.take();
    world.relink(2);
    assertEquals(List.of("4/4"), world.take(), "tried again on the new link");
    world.ok(4);
    world.ok(5);
    assertEquals(Status.OK, flush.end().status());
  }

  @Test
  void shouldReplayWhatIsMissingAfterAnotherVerifierChange() throws MalformedException {
    stick();
    world.relink(3);
    assertEquals(List.of("3/3"), world.take());
    world.ok(3);
    TestRequest flush = world.flush();
    world.ok(4);
    assertEquals(Status.OK, flush.end().status());
  }

  @Test
  void shouldReplayOnlyWhatIsMissingAfterAPlannedStop() throws MalformedException {
    stick();
    world.write(0, 4096, 512, 8);
    world.ok(3);
    world.take();
    world.relinkAfterStop(3, 2);
    assertEquals(List.of("4/4"), world.take());
    assertEquals(7, world.last().first(), "it has never been in the cache that became durable");
    assertFalse(world.marker.contains("clean"), world.marker::toString);
    world.ok(4);
    TestRequest flush = world.flush();
    world.ok(5);
    assertEquals(Status.OK, flush.end().status());
    assertTrue(world.core.isClean());
  }

  @Test
  void shouldReplayAgainWhatAnInterruptedReplayAfterAPlannedStopHasWritten()
      throws MalformedException {
    world.up();
    world.write(0, 0, 512, 7);
    world.write(0, 4096, 512, 8);
    world.ok(1, 2);
    world.relink(2);
    world.reply(3, Status.NO_SPACE, null);
    world.reply(4, Status.NO_SPACE, null);
    world.relinkAfterStop(3, 2);
    world.ok(5);
    world.take();
    world.relinkAfterStop(4, 2); // the third lifetime was not stopped in order
    assertEquals(2, world.take().size(), "the first one was in the third cache only");
  }

  @Test
  void shouldKeepTheVerifierOfWhatIsMissingOverAPlannedStop() throws MalformedException {
    stick();
    world.relinkAfterStop(3, 2);
    world.reply(world.last().id(), Status.NO_SPACE, null);
    assertEquals(List.of("v1", "dirty"), world.marker, "a successor must hear of the loss");
  }

  @Test
  void shouldFailACopyWhosePayloadHasChangedInMemoryAndKeepItsEntry() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 7);
    world.ok(1);
    world.relink(2);
    world.intact = false;
    world.reply(2, Status.BAD_CHECKSUM, null);
    assertTrue(world.core.isUp());
    assertEquals(1, world.count(ClientCounter.FAILED_REPLAYS));
    assertFalse(world.core.isClean());
  }

  @Test
  void shouldFlushByItselfWhenTheLogGrowsLarge() throws MalformedException {
    world.up();
    world.write(0, 0, HALF, 1);
    world.ok(1);
    assertEquals(0, world.count(ClientCounter.BACKGROUND_FLUSHES));
    world.write(0, LIMIT, 512, 1);
    world.ok(2);
    assertEquals(1, world.count(ClientCounter.BACKGROUND_FLUSHES));
    assertEquals(Opcode.FLUSH, world.last().opcode());
    world.write(0, 2 * LIMIT, 512, 1);
    world.ok(4);
    assertEquals(1, world.count(ClientCounter.BACKGROUND_FLUSHES), "one at a time");
    world.ok(3);
    assertFalse(world.core.isClean(), "a write came after the flush was sent");
    assertEquals(1, world.count(ClientCounter.BACKGROUND_FLUSHES));
  }

  @Test
  void shouldTryABackgroundFlushAgainOnlyAfterAWhile() throws MalformedException {
    world.up();
    world.write(0, 0, HALF + 512, 1);
    world.ok(1);
    world.reply(2, Status.IO_ERROR, null);
    world.take();
    world.tick(TIMEOUT - 1);
    assertEquals(List.of(), world.take());
    assertEquals(TIMEOUT, world.core.nextWakeNanos(world.now));
    world.tick(TIMEOUT);
    assertEquals(List.of("3/3"), world.take());
    world.ok(3);
    assertTrue(world.core.isClean());
  }

  @Test
  void shouldHoldWritesBackWhileTheLogIsFull() throws MalformedException {
    world.up();
    for (int i = 0; i < 4; i++) {
      world.write(0, (long) i * LIMIT, HALF / 2, i);
    }
    world.ok(1, 2, 3, 4); // the background flush is 5
    world.take();
    TestRequest held = world.write(0, 9L * LIMIT, 512, 9);
    assertEquals(List.of(), world.take());
    world.ok(5);
    assertEquals(List.of("6/6"), world.take());
    assertEquals(9, world.last().first());
    assertFalse(held.isDone());
  }
}
