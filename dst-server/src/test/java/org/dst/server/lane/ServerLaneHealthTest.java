package org.dst.server.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
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

/** What a lane says about durability when syncs fail. */
@ExtendWith(Watch.class)
@Timeout(20)
class ServerLaneHealthTest {
  private LaneSetup setup;
  private int announced;

  @BeforeEach
  void open() throws StoreException {
    open(new LaneSetup());
  }

  private void open(LaneSetup lane) {
    setup = lane;
    setup.health.onFailure(() -> announced++);
  }

  @AfterEach
  void close() {
    setup.close();
  }

  private void durableWrite(long id) throws Exception {
    FrameHeader header =
        new FrameHeader().start(Opcode.WRITE, RequestFlags.FUA, id).watermark(1).range(0, 512);
    setup.lane.receive(header, true, Unpooled.buffer(512).writeZero(512));
  }

  /** The sync behind a request fails, as an engine would tell it. */
  private void failSync(long id) {
    setup.health.syncFailed();
    setup.output.complete(id, Status.IO_ERROR);
  }

  @Test
  void shouldNotTellTheSuccessOfAFlushThatEndsAfterTheCacheWasLost() throws Exception {
    setup.send(Opcode.FLUSH, 1, 0, 0);
    setup.health.syncFailed(); // that of another lane's flush
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(), setup.output.takeReplies());
    assertEquals(1, announced, "the client has to come back");
    setup.lane.unbind(() -> {});
    setup.rebind();
    setup.send(Opcode.FLUSH, 1, 0, 0);
    assertEquals(List.of(1L), setup.started(), "it is not answered from the window");
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(Reply.of(1, Status.OK)), setup.output.takeReplies());
  }

  @Test
  void shouldNotTellTheSuccessOfADurableWriteThatEndsAfterTheCacheWasLost() throws Exception {
    durableWrite(1);
    setup.health.syncFailed();
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(), setup.output.takeReplies());
    assertEquals(1, announced);
  }

  @Test
  void shouldNotTellWhatWasReadAfterTheCacheWasLost() throws Exception {
    setup.send(Opcode.READ, 1, 0, 512);
    setup.health.syncFailed();
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(), setup.output.takeReplies());
    assertEquals(1, announced, "the client has to come back");
    setup.lane.unbind(() -> {});
    setup.rebind();
    setup.send(Opcode.READ, 1, 0, 512);
    setup.output.complete(1, Status.OK);
    assertEquals(1, setup.output.takeReplies().size());
  }

  @Test
  void shouldTellTheSuccessOfAnOrdinaryWriteWhateverBecameOfTheCache() throws Exception {
    setup.write(1, 0, 512);
    setup.health.syncFailed();
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(Reply.of(1, Status.OK)), setup.output.takeReplies());
    assertEquals(0, announced, "whoever saw the failure announces it");
  }

  @Test
  void shouldNotTellTheFirstFailedSyncButTheSecondInARow() throws Exception {
    setup.send(Opcode.FLUSH, 1, 0, 0);
    failSync(1);
    assertEquals(List.of(), setup.output.takeReplies());
    assertEquals(1, announced);
    setup.lane.unbind(() -> {});
    setup.rebind();
    setup.send(Opcode.FLUSH, 1, 0, 0);
    failSync(1);
    assertEquals(List.of(Reply.of(1, Status.IO_ERROR)), setup.output.takeReplies());
    assertEquals(2, announced, "what is in the cache is doubtful again");
  }

  @Test
  void shouldNotTellAFailureThatFollowsASuccess() throws Exception {
    setup.send(Opcode.FLUSH, 1, 0, 0);
    failSync(1);
    setup.lane.unbind(() -> {});
    setup.rebind();
    setup.send(Opcode.FLUSH, 1, 0, 0);
    setup.output.complete(1, Status.OK);
    setup.output.takeReplies();
    setup.send(Opcode.FLUSH, 2, 0, 0);
    failSync(2);
    assertEquals(List.of(), setup.output.takeReplies());
  }

  @Test
  void shouldTellARefusalOfADurableWriteThatIsNoFailedSync() throws Exception {
    durableWrite(1);
    setup.output.complete(1, Status.INVALID);
    assertEquals(List.of(Reply.of(1, Status.INVALID)), setup.output.takeReplies());
    assertEquals(0, announced);
  }

  @Test
  void shouldAnnounceAFailureAlsoAfterTheLinkIsGone() throws Exception {
    setup.send(Opcode.FLUSH, 1, 0, 0);
    TestOutput old = setup.output;
    setup.lane.unbind(() -> {});
    setup.health.syncFailed();
    old.complete(1, Status.IO_ERROR);
    assertEquals(1, announced);
    assertEquals(List.of(), old.takeReplies());
  }

  @Test
  void shouldForgetWhatWasDoneWhenTheClientIsToldAnotherVerifier() throws Exception {
    setup.write(1, 0, 512);
    setup.output.complete(1, Status.OK);
    setup.lane.unbind(() -> {});
    setup.health.syncFailed();
    setup.rebind();
    setup.write(1, 0, 512);
    assertEquals(List.of(1L), setup.started(), "it is done again");
    setup.output.complete(1, Status.OK);
  }

  @Test
  void shouldRememberWhatWasDoneUnderTheSameVerifier() throws Exception {
    setup.write(1, 0, 512);
    setup.output.complete(1, Status.OK);
    setup.lane.unbind(() -> {});
    setup.rebind();
    setup.write(1, 0, 512);
    assertEquals(List.of(), setup.started());
    assertEquals(List.of(Reply.of(1, Status.OK)), setup.output.takeReplies());
    assertEquals(1, setup.counters.get(ServerCounter.DUPLICATES));
  }

  @Test
  void shouldMakeEveryChangeOfASharedLaneDurable() throws Exception {
    setup.close();
    open(new LaneSetup(WritePolicy.AS_ASKED.withWriteThrough()));
    setup.write(1, 0, 512);
    setup.send(Opcode.TRIM, 2, 4096, 512);
    setup.send(Opcode.WRITE_ZEROES, 3, 8192, 512);
    setup.send(Opcode.READ, 4, 0, 512);
    int fua = RequestFlags.FUA;
    assertEquals(List.of(fua, fua, fua, 0), setup.output.flags);
    for (long id = 1; id <= 4; id++) {
      setup.output.complete(id, Status.OK);
    }
  }

  @Test
  void shouldCountWhatItSuppressesDiscardsAndRefuses() throws Exception {
    setup.write(1, 0, 512);
    setup.write(1, 0, 512); // runs
    setup.write(2, 0, 512); // is held back
    FrameHeader header = LaneSetup.header(Opcode.WRITE, 3, 4096, 512);
    ByteBuf damaged = Unpooled.buffer(512).writeZero(512);
    setup.lane.receive(header, false, damaged);
    assertEquals(0, damaged.refCnt());
    assertEquals(List.of(Reply.of(3, Status.BAD_CHECKSUM)), setup.output.takeReplies());
    TestOutput old = setup.output;
    setup.lane.unbind(() -> {});
    old.complete(1, Status.OK);
    assertEquals(1, setup.counters.get(ServerCounter.DUPLICATES));
    assertEquals(1, setup.counters.get(ServerCounter.FENCED_REQUESTS));
    assertEquals(1, setup.counters.get(ServerCounter.CHECKSUM_FAILURES));
    setup.rebind();
    setup.write(3, 4096, 512);
    assertEquals(List.of(3L), setup.started(), "a damaged request leaves its id absent");
    setup.output.complete(3, Status.OK);
  }
}
