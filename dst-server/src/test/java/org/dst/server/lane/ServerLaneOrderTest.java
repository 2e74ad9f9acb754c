package org.dst.server.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.testing.Watch;
import org.dst.server.lane.TestOutput.Reply;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** In which order a lane starts changes, and what becomes of them when its link goes. */
@ExtendWith(Watch.class)
@Timeout(20)
class ServerLaneOrderTest {
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
  void shouldHoldOverlappingChangesBackInTheOrderOfTheirArrival() throws Exception {
    setup.write(1, 0, 1024);
    setup.send(Opcode.TRIM, 2, 512, 1024);
    setup.send(Opcode.WRITE_ZEROES, 3, 0, 4096);
    setup.write(4, 8192, 512);
    assertEquals(List.of(1L, 4L), setup.started(), "what overlaps nothing goes on");
    setup.output.complete(1, Status.OK);
    assertEquals(List.of(1L, 4L, 2L), setup.started());
    setup.output.complete(2, Status.IO_ERROR);
    assertEquals(List.of(1L, 4L, 2L, 3L), setup.started());
    setup.output.complete(3, Status.OK);
    setup.output.complete(4, Status.OK);
  }

  @Test
  void shouldNotHoldBackWhatOnlyTouches() throws Exception {
    setup.write(1, 512, 512);
    setup.write(2, 0, 512);
    setup.write(3, 1024, 512);
    assertEquals(List.of(1L, 2L, 3L), setup.started());
    List.of(1L, 2L, 3L).forEach(id -> setup.output.complete(id, Status.OK));
  }

  @Test
  void shouldNotHoldBackReadsAndFlushes() throws Exception {
    setup.write(1, 0, 512);
    setup.send(Opcode.READ, 2, 0, 512);
    setup.send(Opcode.FLUSH, 3, 0, 0);
    assertEquals(List.of(1L, 2L, 3L), setup.started());
    List.of(1L, 2L, 3L).forEach(id -> setup.output.complete(id, Status.OK));
  }

  @Test
  void shouldNeverRunOverlappingChangesAtOnce() throws Exception {
    long seed = 20261122;
    Random random = new Random(seed);
    long[][] ranges = new long[501][];
    for (int id = 1; id <= 500; id++) {
      ranges[id] = new long[] {random.nextInt(32) * 512L, (1 + random.nextInt(4)) * 512L};
      setup.send(Opcode.TRIM, id, ranges[id][0], ranges[id][1]);
    }
    List<Long> ended = new ArrayList<>();
    while (ended.size() < 500) {
      List<Long> running = new ArrayList<>(setup.started());
      running.removeAll(ended);
      long next = running.get(random.nextInt(running.size()));
      for (int earlier = 1; earlier < next; earlier++) {
        boolean overlaps =
            ranges[earlier][0] < ranges[(int) next][0] + ranges[(int) next][1]
                && ranges[(int) next][0] < ranges[earlier][0] + ranges[earlier][1];
        assertTrue(
            !overlaps || ended.contains((long) earlier),
            "%d runs and %d has not ended; seed %d".formatted(next, earlier, seed));
      }
      setup.output.complete(next, Status.OK);
      ended.add(next);
    }
    assertEquals(500, setup.output.takeReplies().size());
  }

  @Test
  void shouldDiscardWhatHasNotStartedWhenTheLinkGoes() throws Exception {
    TestOutput old = setup.output;
    ByteBuf running = setup.write(1, 0, 512);
    ByteBuf held = setup.write(2, 0, 512);
    old.canReply = false;
    ByteBuf waiting = setup.write(3, 8192, 512);
    AtomicBoolean idle = new AtomicBoolean();
    setup.lane.unbind(() -> idle.set(true));
    assertEquals(1, running.refCnt());
    assertEquals(0, held.refCnt() + waiting.refCnt());
    assertFalse(idle.get(), "idle while a request runs");
    old.complete(1, Status.NO_SPACE);
    assertTrue(idle.get());
    assertEquals(0, running.refCnt());
    assertEquals(List.of(), old.takeReplies(), "replies to a link that is gone");

    TestOutput next = setup.rebind();
    setup.write(1, 0, 512);
    assertEquals(List.of(Reply.of(1, Status.NO_SPACE)), next.takeReplies(), "from the window");
    setup.write(2, 0, 512);
    setup.write(3, 8192, 512);
    assertEquals(List.of(2L, 3L), next.started, "their ids were absent");
    next.complete(2, Status.OK);
    next.complete(3, Status.OK);
  }

  @Test
  void shouldGiveBackTheBufferOfAReadThatOutlivesItsLink() throws Exception {
    TestOutput old = setup.output;
    setup.send(Opcode.READ, 1, 0, 512);
    setup.lane.unbind(() -> {});
    old.complete(1, Status.OK);
    assertTrue(old.allReleased());
    assertEquals(List.of(), old.takeReplies());
    TestOutput next = setup.rebind();
    setup.send(Opcode.READ, 1, 0, 512);
    assertEquals(List.of(1L), next.started);
    next.complete(1, Status.OK);
  }

  @Test
  void shouldReportIdleAtOnceIfNothingRuns() {
    AtomicBoolean idle = new AtomicBoolean();
    setup.lane.unbind(() -> idle.set(true));
    assertTrue(idle.get());
  }

  @Test
  void shouldReportDrainedWhenWhatRunsAndWaitsHasEnded() throws Exception {
    AtomicBoolean drained = new AtomicBoolean();
    setup.write(1, 0, 512);
    setup.write(2, 0, 512);
    setup.lane.drain(() -> drained.set(true));
    setup.output.complete(1, Status.OK);
    assertFalse(drained.get(), "a change that was held back runs");
    setup.output.complete(2, Status.OK);
    assertTrue(drained.get());
    assertEquals(2, setup.output.takeReplies().size());
  }
}
