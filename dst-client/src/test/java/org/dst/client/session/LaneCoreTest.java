package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LaneCoreTest {
  private static final long TIMEOUT = 100;
  private static final int PLENTY = 1 << 30;

  private final Sink sink = new Sink();
  private LaneCore core = core(2);

  @Test
  void shouldWaitForALink() {
    core.submit(write(0), 0);
    assertEquals(List.of(), sink.take());
    core.linkUp(16, PLENTY);
    assertEquals(List.of("1/1"), sink.take());
  }

  @Test
  void shouldSendAgainAfterTheTimeoutAndNotBefore() {
    core.linkUp(16, PLENTY);
    core.submit(write(0), 0);
    assertEquals(List.of("1/1"), sink.take());
    assertEquals(TIMEOUT, core.nextDeadlineNanos());
    core.expire(TIMEOUT - 1);
    assertEquals(List.of(), sink.take());
    core.expire(TIMEOUT);
    assertEquals(List.of("1/1"), sink.take());
    assertEquals(2 * TIMEOUT, core.nextDeadlineNanos());
  }

  @Test
  void shouldFailOnlyAfterTheLastResendHadItsTime() {
    core.linkUp(16, PLENTY);
    TestRequest request = submit(0);
    core.expire(TIMEOUT);
    core.expire(2 * TIMEOUT);
    assertEquals(List.of("1/1", "1/1", "1/1"), sink.take(), "the first copy and two resends");
    core.expire(3 * TIMEOUT - 1);
    assertFalse(request.isDone());
    core.expire(3 * TIMEOUT);
    assertEquals(Status.IO_ERROR, request.end().status());
    assertFalse(core.isBusy());
    assertEquals(List.of(), sink.take());
  }

  @Test
  void shouldNeverFailWithoutALimit() {
    core = core(-1);
    core.linkUp(16, PLENTY);
    TestRequest request = submit(0);
    for (int i = 1; i <= 1000; i++) {
      core.expire(i * TIMEOUT);
    }
    assertEquals(1001, sink.take().size());
    assertFalse(request.isDone());
  }

  @Test
  void shouldFailAtOnceWhenNoResendIsAllowed() {
    core = core(0);
    core.linkUp(16, PLENTY);
    TestRequest request = submit(0);
    core.expire(TIMEOUT);
    assertEquals(Status.IO_ERROR, request.end().status());
  }

  @Test
  void shouldChargeALateTimerOneResendOnly() {
    core.linkUp(16, PLENTY);
    TestRequest request = submit(0);
    core.expire(50 * TIMEOUT);
    assertEquals(List.of("1/1", "1/1"), sink.take());
    assertFalse(request.isDone());
    assertEquals(51 * TIMEOUT, core.nextDeadlineNanos());
  }

  @Test
  void shouldGoOnCountingWithoutALink() {
    TestRequest request = submit(0);
    core.expire(TIMEOUT);
    core.expire(2 * TIMEOUT);
    assertFalse(request.isDone());
    core.expire(3 * TIMEOUT);
    assertEquals(Status.IO_ERROR, request.end().status());
    core.linkUp(16, PLENTY);
    assertEquals(List.of(), sink.take(), "what has failed is not sent");
  }

  @Test
  void shouldNotSendOnALinkThatIsGone() {
    core.linkUp(16, PLENTY);
    submit(0);
    sink.take();
    core.linkDown();
    submit(1);
    core.expire(TIMEOUT);
    assertEquals(List.of(), sink.take());
  }

  @Test
  void shouldSendEverythingAgainInOrderOnANewLink() throws MalformedException {
    core.linkUp(16, PLENTY);
    for (int i = 0; i < 5; i++) {
      submit(i);
    }
    core.reply(1, Status.OK, true, null);
    core.reply(3, Status.OK, true, null);
    sink.take();
    core.linkDown();
    submit(5);
    core.linkUp(16, PLENTY);
    assertEquals(List.of("2/2", "4/2", "5/2", "6/2"), sink.take());
  }

  @Test
  void shouldStayInsideTheWindow() throws MalformedException {
    core.linkUp(4, PLENTY);
    for (int i = 0; i < 6; i++) {
      submit(i);
    }
    assertEquals(List.of("1/1", "2/1", "3/1", "4/1"), sink.take());
    core.reply(2, Status.OK, true, null);
    assertEquals(List.of(), sink.take(), "the lowest one holds the window");
    core.reply(1, Status.OK, true, null);
    assertEquals(List.of("5/3", "6/3"), sink.take());
  }

  @Test
  void shouldGrowIntoAWindowOfAnySize() throws MalformedException {
    core.linkUp(3, PLENTY);
    List<TestRequest> requests = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      requests.add(submit(i));
    }
    core.linkDown();
    core.linkUp(17, PLENTY);
    sink.take();
    for (int id = 1; id <= 20; id++) {
      core.reply(id, Status.OK, true, null);
    }
    requests.forEach(request -> assertEquals(Status.OK, request.end().status()));
  }

  @Test
  void shouldStayInsideTheBytesThatTheServerWants() throws MalformedException {
    core.linkUp(16, 10_000);
    submit(Opcode.READ, 0, 6_000);
    submit(Opcode.READ, 0, 4_000);
    submit(Opcode.READ, 0, 1);
    submit(Opcode.FLUSH, 0, 0);
    assertEquals(List.of("1/1", "2/1"), sink.take());
    core.reply(2, Status.IO_ERROR, true, null);
    assertEquals(List.of("3/1", "4/1"), sink.take());
  }

  @Test
  void shouldSendWhatIsLargerThanAllowedWhenNothingElseRuns() {
    core.linkUp(16, 10);
    submit(Opcode.READ, 0, 4096);
    assertEquals(List.of("1/1"), sink.take());
  }

  @Test
  void shouldWaitWhileTheLinkTakesNoMore() {
    core.linkUp(16, PLENTY);
    sink.writable = false;
    submit(0);
    assertEquals(List.of(), sink.take());
    sink.writable = true;
    core.sendWaiting();
    assertEquals(List.of("1/1"), sink.take());
  }

  @Test
  void shouldDeliverReadsAndErrors() throws MalformedException {
    core.linkUp(16, PLENTY);
    TestRequest read = submit(Opcode.READ, 0, 3);
    TestRequest status = submit(Opcode.BLOCK_STATUS, 0, 4096);
    TestRequest refused = submit(Opcode.TRIM, 0, 4096);
    core.reply(3, Status.NOT_SUPPORTED, true, null);
    core.reply(1, Status.OK, true, bytes(1, 2, 3));
    core.reply(2, Status.OK, true, bytes(4, 5));
    assertArrayEquals(new byte[] {1, 2, 3}, read.end().data());
    assertArrayEquals(new byte[] {4, 5}, status.end().data());
    assertEquals(Status.NOT_SUPPORTED, refused.end().status());
    assertFalse(core.isBusy());
  }

  @Test
  void shouldIgnoreTheSecondAnswer() throws MalformedException {
    core.linkUp(16, PLENTY);
    submit(0);
    TestRequest second = submit(1);
    core.reply(2, Status.OK, true, null);
    core.reply(2, Status.IO_ERROR, true, null);
    core.reply(1, Status.OK, true, null);
    ByteBuf late = bytes(1);
    core.reply(1, Status.OK, true, late);
    assertEquals(Status.OK, second.end().status());
    assertEquals(0, late.refCnt());
  }

  @Test
  void shouldRefuseRepliesToWhatWasNeverSent() {
    core.linkUp(16, PLENTY);
    submit(0);
    for (long id : new long[] {-1, 2, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ByteBuf payload = bytes(1);
      assertThrows(
          MalformedException.class, () -> core.reply(id, Status.OK, true, payload), "id " + id);
      assertEquals(0, payload.refCnt());
    }
  }

  @Test
  void shouldRefuseRepliesOfTheWrongShapeAndKeepTheTransaction() {
    core.linkUp(16, PLENTY);
    TestRequest read = submit(Opcode.READ, 0, 4);
    TestRequest status = submit(Opcode.BLOCK_STATUS, 0, 4);
    TestRequest flush = submit(Opcode.FLUSH, 0, 0);
    assertMalformed(1, Status.OK, bytes(1, 2, 3));
    assertMalformed(1, Status.OK, bytes(1, 2, 3, 4, 5));
    assertMalformed(1, Status.OK, null);
    assertMalformed(1, Status.IO_ERROR, bytes(1, 2, 3, 4));
    assertMalformed(2, Status.OK, null);
    assertMalformed(3, Status.OK, bytes(1));
    assertFalse(read.isDone() || status.isDone() || flush.isDone());
    sink.take();
    core.linkDown();
    core.linkUp(16, PLENTY);
    assertEquals(List.of("1/1", "2/1", "3/1"), sink.take());
  }

  @Test
  void shouldSendAgainWhatWasDamagedOnTheWay() throws MalformedException {
    core.linkUp(16, PLENTY);
    TestRequest write = submit(0);
    TestRequest read = submit(Opcode.READ, 0, 1);
    sink.take();
    core.reply(1, Status.BAD_CHECKSUM, true, null);
    ByteBuf damaged = bytes(9);
    core.reply(2, Status.OK, false, damaged);
    assertEquals(List.of("1/1", "2/1"), sink.take());
    assertEquals(0, damaged.refCnt());
    core.reply(1, Status.OK, true, null);
    core.reply(2, Status.OK, true, bytes(7));
    assertEquals(Status.OK, write.end().status());
    assertArrayEquals(new byte[] {7}, read.end().data());
  }

  @Test
  void shouldHoldThePayloadUntilTheEnd() throws MalformedException {
    core.linkUp(16, PLENTY);
    TestRequest write = TestRequest.write(0, 0, new byte[8], ImmediateEventExecutor.INSTANCE);
    write.payload().retain();
    core.submit(new Transaction().of(write), 0);
    assertEquals(1, write.payloadReferences());
    core.reply(1, Status.OK, true, null);
    assertEquals(0, write.payloadReferences());
  }

  @Test
  void shouldKeepUpOverManyRounds() throws MalformedException {
    core.linkUp(8, PLENTY);
    for (long id = 1; id < 10_000; id++) {
      TestRequest request = submit((int) id);
      assertEquals(List.of(id + "/" + id), sink.take());
      core.reply(id, Status.OK, true, null);
      assertTrue(request.isDone());
    }
  }

  private void assertMalformed(long id, Status status, ByteBuf payload) {
    assertThrows(MalformedException.class, () -> core.reply(id, status, true, payload));
    assertTrue(payload == null || payload.refCnt() == 0, "the payload is leaked");
  }

  private static ByteBuf bytes(int... values) {
    ByteBuf bytes = Unpooled.directBuffer();
    for (int value : values) {
      bytes.writeByte(value);
    }
    return bytes;
  }

  private TestRequest submit(int block) {
    return submit(Opcode.TRIM, 4096L * block, 4096);
  }

  private TestRequest submit(Opcode opcode, long offset, long count) {
    TestRequest request = TestRequest.of(opcode, offset, count);
    core.submit(new Transaction().of(request), 0);
    return request;
  }

  private static Transaction write(int block) {
    return new Transaction().of(TestRequest.of(Opcode.TRIM, 4096L * block, 4096));
  }

  private LaneCore core(int maxResends) {
    return new LaneCore(new ResendPolicy(Duration.ofNanos(TIMEOUT), maxResends), sink);
  }

  /** Notes what is sent as {@code id/watermark}, and completes what ends. */
  private static final class Sink implements LaneOutput {
    private List<String> sent = new ArrayList<>();
    private boolean writable = true;

    List<String> take() {
      List<String> taken = sent;
      sent = new ArrayList<>();
      return taken;
    }

    @Override
    public void send(Transaction transaction, long watermark) {
      sent.add(transaction.id + "/" + watermark);
    }

    @Override
    public boolean canSend() {
      return writable;
    }

    @Override
    public void finished(Transaction transaction, Status status, ByteBuf payload) {
      Session.deliver(transaction, status, payload);
      transaction.clear();
    }
  }
}
