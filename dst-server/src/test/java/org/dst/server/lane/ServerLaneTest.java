package org.dst.server.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.TestOutput.Reply;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a lane does with copies of a request: it takes effect once and is answered. */
@ExtendWith(Watch.class)
@Timeout(20)
class ServerLaneTest {
  private LaneSetup setup;

  @BeforeEach
  void open() throws StoreException {
    setup = new LaneSetup();
  }

  @AfterEach
  void close() {
    setup.close();
  }

  @Test
  void shouldNotStartAResendOfARunningChangeAndAnswerItOnce() throws Exception {
    ByteBuf first = setup.write(1, 0, 512);
    ByteBuf second = setup.write(1, 0, 512);
    assertEquals(0, second.refCnt(), "the copy's payload");
    assertEquals(1, first.refCnt(), "the payload that is being written");
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(1L), setup.started());
    assertEquals(List.of(Reply.of(1, Status.OK)), setup.output.takeReplies());
    assertEquals(0, first.refCnt());
  }

  @Test
  void shouldAnswerAResendOfADoneChangeFromTheWindow() throws Exception {
    setup.write(1, 0, 512);
    setup.output.complete(1, Status.NO_SPACE);
    ByteBuf copy = setup.write(1, 0, 512);
    assertEquals(0, copy.refCnt());
    assertEquals(List.of(1L), setup.started());
    assertEquals(
        List.of(Reply.of(1, Status.NO_SPACE), Reply.of(1, Status.NO_SPACE)),
        setup.output.takeReplies());
  }

  @Test
  void shouldNotSyncAgainForAResendOfAFailedFlush() throws Exception {
    setup.send(Opcode.FLUSH, 1, 0, 0);
    setup.output.complete(1, Status.IO_ERROR);
    setup.send(Opcode.FLUSH, 1, 0, 0);
    assertEquals(List.of(1L), setup.started(), "a second sync would succeed and mean nothing");
    assertEquals(
        List.of(Reply.of(1, Status.IO_ERROR), Reply.of(1, Status.IO_ERROR)),
        setup.output.takeReplies());
  }

  @Test
  void shouldLeaveTheIdOfARefusedRequestAbsent() throws Exception {
    ByteBuf refused = setup.write(1, 1, 512);
    assertEquals(0, refused.refCnt());
    assertEquals(List.of(Reply.of(1, Status.INVALID)), setup.output.takeReplies());
    setup.write(1, 0, 512);
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(Reply.of(1, Status.OK)), setup.output.takeReplies());
  }

  @Test
  void shouldReadAgainForAResentRead() throws Exception {
    for (int i = 0; i < 2; i++) {
      setup.send(Opcode.READ, 1, 0, 512);
      setup.output.complete(1, Status.OK);
    }
    assertEquals(List.of(1L, 1L), setup.started());
    assertEquals(
        List.of(new Reply(1, Status.OK, 512), new Reply(1, Status.OK, 512)),
        setup.output.takeReplies());
    assertTrue(setup.output.allReleased());
  }

  @Test
  void shouldGiveBackTheBufferOfAFailedRead() throws Exception {
    setup.send(Opcode.READ, 1, 0, 512);
    setup.output.complete(1, Status.IO_ERROR);
    assertEquals(List.of(Reply.of(1, Status.IO_ERROR)), setup.output.takeReplies());
    assertTrue(setup.output.allReleased());
  }

  @Test
  void shouldDropWhatTheClientHasSettled() throws Exception {
    setup.lane.receive(LaneSetup.header(Opcode.FLUSH, 9, 0, 0).watermark(9), true, null);
    ByteBuf old = io.netty.buffer.Unpooled.buffer(512).writeZero(512);
    setup.lane.receive(LaneSetup.header(Opcode.WRITE, 8, 0, 512).watermark(9), true, old);
    assertEquals(0, old.refCnt());
    assertEquals(List.of(9L), setup.started());
    assertEquals(List.of(), setup.output.takeReplies());
    setup.output.complete(9, Status.OK);
  }

  @Test
  void shouldGiveBackThePayloadOfARequestThatBreaksTheRulesOfIds() {
    ByteBuf payload = io.netty.buffer.Unpooled.buffer(512).writeZero(512);
    FrameHeader beyond = LaneSetup.header(Opcode.WRITE, 1 + LaneSetup.WINDOW, 0, 512);
    assertThrows(MalformedException.class, () -> setup.lane.receive(beyond, true, payload));
    assertEquals(0, payload.refCnt());
    assertEquals(List.of(), setup.started());
  }

  @Test
  void shouldAnswerAnUnknownOpcodeWhateverItsId() throws Exception {
    setup.send(Opcode.FLUSH, 1000, 0, 0);
    setup.output.complete(1000, Status.OK);
    setup.output.takeReplies();
    byte[] bytes = new byte[FrameHeader.LENGTH];
    new FrameHeader(bytes).start(Opcode.READ, 0, 1L << 40);
    bytes[1] = 0x0e;
    setup.lane.receive(new FrameHeader(bytes), true, null);
    assertEquals(List.of(Reply.of(1L << 40, Status.NOT_SUPPORTED)), setup.output.takeReplies());
  }

  @Test
  void shouldAnswerARequestForWhichThereIsNoMemory() throws Exception {
    setup.output.outOfMemory = true;
    setup.send(Opcode.READ, 1, 0, 512);
    assertEquals(List.of(Reply.of(1, Status.NO_MEMORY)), setup.output.takeReplies());
    setup.output.outOfMemory = false;
    setup.send(Opcode.READ, 1, 0, 512);
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(new Reply(1, Status.OK, 512)), setup.output.takeReplies());
  }
}
