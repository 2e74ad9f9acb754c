package org.dst.client.lane;

import static org.dst.client.lane.FakeWorld.TIMEOUT;
import static org.dst.client.lane.FakeWorld.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
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

/** When transactions are sent, sent again, answered and given up. */
@ExtendWith(Watch.class)
@Timeout(10)
class LaneCoreTest {
  private FakeWorld world = new FakeWorld();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void shouldWaitForALink() {
    world.trim(0);
    assertEquals(List.of(), world.take());
    world.up();
    assertEquals(List.of("1/1"), world.take());
  }

  @Test
  void shouldSendAgainAfterTheTimeoutAndNotBefore() {
    world.up();
    world.trim(0);
    assertEquals(List.of("1/1"), world.take());
    assertEquals(TIMEOUT, world.core.nextWakeNanos(world.now));
    world.tick(TIMEOUT - 1);
    assertEquals(List.of(), world.take());
    world.tick(TIMEOUT);
    assertEquals(List.of("1/1"), world.take());
    assertEquals(2 * TIMEOUT, world.core.nextWakeNanos(world.now));
  }

  @Test
  @ExpectedErrors("a transaction fails for want of an acknowledgement")
  void shouldFailOnlyAfterTheLastResendHadItsTime() {
    world.up();
    TestRequest request = world.trim(0);
    world.tick(TIMEOUT);
    world.tick(2 * TIMEOUT);
    assertEquals(List.of("1/1", "1/1", "1/1"), world.take(), "the first copy and two resends");
    world.tick(3 * TIMEOUT - 1);
    assertFalse(request.isDone());
    world.tick(3 * TIMEOUT);
    assertEquals(Status.IO_ERROR, request.end().status());
    assertEquals(List.of(), world.take());
    world.trim(1);
    assertEquals(List.of("2/2"), world.take(), "it is not waited for any more");
  }

  @Test
  void shouldNeverFailWithoutALimit() {
    world = new FakeWorld(-1, null);
    world.up();
    TestRequest request = world.trim(0);
    for (int i = 1; i <= 1000; i++) {
      world.tick(i * TIMEOUT);
    }
    assertEquals(1001, world.take().size());
    assertFalse(request.isDone());
  }

  @Test
  @ExpectedErrors("a transaction fails for want of an acknowledgement")
  void shouldFailAtOnceWhenNoResendIsAllowed() {
    world = new FakeWorld(0, null);
    world.up();
    TestRequest request = world.trim(0);
    world.tick(TIMEOUT);
    assertEquals(Status.IO_ERROR, request.end().status());
  }

  @Test
  void shouldChargeALateTimerOneResendOnly() {
    world.up();
    TestRequest request = world.trim(0);
    world.tick(50 * TIMEOUT);
    assertEquals(List.of("1/1", "1/1"), world.take());
    assertFalse(request.isDone());
    assertEquals(51 * TIMEOUT, world.core.nextWakeNanos(world.now));
  }

  @Test
  @ExpectedErrors("a transaction fails for want of an acknowledgement")
  void shouldGoOnCountingWithoutALink() {
    TestRequest request = world.trim(0);
    world.tick(TIMEOUT);
    world.tick(2 * TIMEOUT);
    assertFalse(request.isDone());
    world.tick(3 * TIMEOUT);
    assertEquals(Status.IO_ERROR, request.end().status());
    world.up();
    assertEquals(List.of(), world.take(), "what has failed is not sent");
  }

  @Test
  void shouldNotSendOnALinkThatIsGone() {
    world.up();
    world.trim(0);
    world.take();
    world.core.lost(world.now);
    world.trim(1);
    world.tick(TIMEOUT);
    assertEquals(List.of(), world.take());
  }

  @Test
  void shouldSendEverythingAgainInOrderOnANewLink() throws MalformedException {
    world.up();
    for (int i = 0; i < 5; i++) {
      world.trim(i);
    }
    world.ok(1);
    world.ok(3);
    world.take();
    world.core.lost(world.now);
    world.trim(5);
    world.up();
    assertEquals(List.of("2/2", "4/2", "5/2", "6/2"), world.take());
  }

  @Test
  void shouldStayInsideTheWindow() throws MalformedException {
    world.window = 4;
    world.up();
    for (int i = 0; i < 6; i++) {
      world.trim(i);
    }
    assertEquals(List.of("1/1", "2/1", "3/1", "4/1"), world.take());
    world.ok(2);
    assertEquals(List.of(), world.take(), "the lowest one holds the window");
    world.ok(1);
    assertEquals(List.of("5/3", "6/3"), world.take());
  }

  @Test
  void shouldGrowIntoAWindowOfAnySize() throws MalformedException {
    world.window = 3;
    world.up();
    List<TestRequest> requests = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      requests.add(world.trim(i));
    }
    world.core.lost(world.now);
    world.window = 17;
    world.up();
    world.take();
    for (int id = 1; id <= 20; id++) {
      world.ok(id);
    }
    requests.forEach(request -> assertEquals(Status.OK, request.end().status()));
  }

  @Test
  void shouldStayInsideTheBytesThatTheServerWants() throws MalformedException {
    world.maxInFlight = 10_000;
    world.up();
    world.submit(Opcode.READ, 0, 6_000);
    world.submit(Opcode.READ, 0, 4_000);
    world.submit(Opcode.READ, 0, 1);
    world.submit(Opcode.FLUSH, 0, 0);
    assertEquals(List.of("1/1", "2/1"), world.take());
    world.reply(2, Status.IO_ERROR, null);
    assertEquals(List.of("3/1", "4/1"), world.take());
  }

  @Test
  void shouldSendWhatIsLargerThanAllowedWhenNothingElseRuns() {
    world.maxInFlight = 10;
    world.up();
    world.submit(Opcode.READ, 0, 4096);
    assertEquals(List.of("1/1"), world.take());
  }

  @Test
  void shouldWaitWhileTheLinkTakesNoMore() {
    world.up();
    world.writable = false;
    world.trim(0);
    assertEquals(List.of(), world.take());
    world.writable = true;
    world.core.sendWaiting(world.now);
    assertEquals(List.of("1/1"), world.take());
  }

  @Test
  void shouldDeliverReadsAndErrors() throws MalformedException {
    world.up();
    TestRequest read = world.submit(Opcode.READ, 0, 3);
    TestRequest status = world.submit(Opcode.BLOCK_STATUS, 0, 4096);
    TestRequest refused = world.submit(Opcode.TRIM, 0, 4096);
    world.reply(3, Status.NOT_SUPPORTED, null);
    world.reply(1, Status.OK, bytes(1, 2, 3));
    world.reply(2, Status.OK, bytes(4, 5));
    assertArrayEquals(new byte[] {1, 2, 3}, read.end().data());
    assertArrayEquals(new byte[] {4, 5}, status.end().data());
    assertEquals(Status.NOT_SUPPORTED, refused.end().status());
    world.take();
    world.trim(1);
    assertEquals(List.of("4/4"), world.take(), "nothing is waited for any more");
  }

  @Test
  void shouldIgnoreTheSecondAnswer() throws MalformedException {
    world.up();
    world.trim(0);
    TestRequest second = world.trim(1);
    world.ok(2);
    world.reply(2, Status.IO_ERROR, null);
    world.ok(1);
    ByteBuf late = bytes(1);
    world.reply(1, Status.OK, late);
    assertEquals(Status.OK, second.end().status());
    assertEquals(0, late.refCnt());
  }

  @Test
  void shouldRefuseRepliesToWhatWasNeverSent() {
    world.up();
    world.trim(0);
    for (long id : new long[] {-1, 2, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ByteBuf payload = bytes(1);
      assertThrows(MalformedException.class, () -> world.reply(id, Status.OK, payload), "id " + id);
      assertEquals(0, payload.refCnt());
    }
  }

  @Test
  void shouldRefuseRepliesOfTheWrongShapeAndKeepTheTransaction() {
    world.up();
    TestRequest read = world.submit(Opcode.READ, 0, 4);
    TestRequest status = world.submit(Opcode.BLOCK_STATUS, 0, 4);
    TestRequest flush = world.submit(Opcode.FLUSH, 0, 0);
    assertMalformed(1, Status.OK, bytes(1, 2, 3));
    assertMalformed(1, Status.OK, bytes(1, 2, 3, 4, 5));
    assertMalformed(1, Status.OK, null);
    assertMalformed(1, Status.IO_ERROR, bytes(1, 2, 3, 4));
    assertMalformed(2, Status.OK, null);
    assertMalformed(3, Status.OK, bytes(1));
    assertFalse(read.isDone() || status.isDone() || flush.isDone());
    world.take();
    world.core.lost(world.now);
    world.up();
    assertEquals(List.of("1/1", "2/1", "3/1"), world.take());
  }

  @Test
  void shouldSendAgainWhatWasDamagedOnTheWay() throws MalformedException {
    world.up();
    TestRequest write = world.trim(0);
    TestRequest read = world.submit(Opcode.READ, 0, 1);
    world.take();
    world.reply(1, Status.BAD_CHECKSUM, null);
    ByteBuf damaged = bytes(9);
    world.core.reply(2, Status.OK, false, damaged, world.now);
    assertEquals(List.of("1/1", "2/1"), world.take());
    assertEquals(0, damaged.refCnt());
    world.ok(1);
    world.reply(2, Status.OK, bytes(7));
    assertEquals(Status.OK, write.end().status());
    assertArrayEquals(new byte[] {7}, read.end().data());
  }

  @Test
  void shouldHoldThePayloadUntilTheEnd() throws MalformedException {
    world.up();
    TestRequest write = world.write(0, 0, 8, 1);
    assertEquals(1, write.payloadReferences());
    world.ok(1);
    assertEquals(0, write.payloadReferences());
  }

  @Test
  void shouldKeepUpOverManyRounds() throws MalformedException {
    world.window = 8;
    world.up();
    for (long id = 1; id < 10_000; id++) {
      TestRequest request = world.trim((int) id);
      assertEquals(List.of(id + "/" + id), world.take());
      world.ok(id);
      assertTrue(request.isDone());
    }
  }

  private void assertMalformed(long id, Status status, ByteBuf payload) {
    assertThrows(MalformedException.class, () -> world.reply(id, status, payload));
    assertTrue(payload == null || payload.refCnt() == 0, "the payload is leaked");
  }
}
