package org.dst.server.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.stream.LongStream;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.testing.Watch;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a lane holds and runs at once, whatever the client sends. */
@ExtendWith(Watch.class)
@Timeout(20)
class ServerLaneBoundsTest {
  private static final int READ = LaneSetup.MAX_PAYLOAD;

  private LaneSetup setup;

  @BeforeEach
  void open() throws StoreException {
    setup = new LaneSetup();
  }

  @AfterEach
  void close() {
    setup.close();
  }

  private void endAll() {
    for (int i = 0; i < setup.started().size(); i++) {
      if (setup.output.isRunning(setup.started().get(i))) {
        setup.output.complete(setup.started().get(i), Status.OK);
      }
    }
  }

  @Test
  void shouldRunNoMoreBytesAtOnceThanAllowed() throws Exception {
    for (long id = 1; id <= 5; id++) {
      setup.send(Opcode.READ, id, 0, READ);
    }
    assertEquals(List.of(1L, 2L), setup.started());
    setup.output.complete(2, Status.OK);
    assertEquals(List.of(1L, 2L, 3L), setup.started());
    endAll();
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), setup.started());
    assertTrue(setup.output.allReleased());
  }

  @Test
  void shouldAlwaysRunOneRequestHoweverLarge() throws Exception {
    int large = 2 * LaneSetup.MAX_IN_FLIGHT;
    setup.write(1, 0, large);
    setup.write(2, large, large);
    assertEquals(List.of(1L), setup.started());
    endAll();
    assertEquals(List.of(1L, 2L), setup.started());
  }

  @Test
  void shouldStartNothingWhileTheLinkTakesNoReplies() throws Exception {
    setup.output.canReply = false;
    setup.send(Opcode.READ, 1, 0, 512);
    setup.send(Opcode.FLUSH, 2, 0, 0);
    assertEquals(List.of(), setup.started());
    setup.output.canReply = true;
    setup.lane.startWaiting();
    assertEquals(List.of(1L, 2L), setup.started());
    endAll();
  }

  @Test
  void shouldNotRecurseWhenAThousandWaitingRequestsEndAtOnce() throws Exception {
    setup.write(1, 0, 512);
    for (long id = 2; id <= LaneSetup.WINDOW; id++) {
      setup.write(id, 0, 512);
    }
    setup.output.inline = Status.OK;
    setup.output.complete(1, Status.OK);
    assertEquals(LongStream.rangeClosed(1, LaneSetup.WINDOW).boxed().toList(), setup.started());
    assertEquals(LaneSetup.WINDOW, setup.output.takeReplies().size());
    assertTrue(setup.output.deepest() < 10, "frames of the lane: " + setup.output.deepest());
    assertTrue(setup.output.allReleased());
  }

  @Test
  void shouldBeOverfullWhenMorePayloadsWaitThanTheClientWasAllowed() throws Exception {
    setup.write(1, 0, READ);
    setup.write(2, 0, READ);
    assertFalse(setup.lane.isOverfull(), "exactly what was allowed");
    setup.write(3, 0, 512);
    assertTrue(setup.lane.isOverfull());
    setup.output.complete(1, Status.OK);
    assertFalse(setup.lane.isOverfull());
    endAll();
  }

  @Test
  void shouldBeOverfullWhenTheWatermarkPassesRequestsThatRun() throws Exception {
    for (long id = 1; id <= LaneSetup.WINDOW; id++) {
      setup.lane.receive(LaneSetup.header(Opcode.FLUSH, id, 0, 0).watermark(id), true, null);
    }
    assertFalse(setup.lane.isOverfull(), "exactly the window");
    setup.lane.receive(LaneSetup.header(Opcode.FLUSH, 5000, 0, 0).watermark(5000), true, null);
    assertTrue(setup.lane.isOverfull());
    endAll();
    assertFalse(setup.lane.isOverfull());
  }

  @Test
  void shouldHoldNothingAfterItsLinkIsGone() throws Exception {
    for (long id = 1; id <= 4; id++) {
      setup.write(id, 0, READ);
    }
    setup.lane.unbind(() -> {});
    endAll();
    assertFalse(setup.lane.isOverfull());
    setup.rebind();
    setup.lane.receive(
        LaneSetup.header(Opcode.WRITE, 9, 0, 512).watermark(9),
        true,
        ByteBufAllocator.DEFAULT.buffer(512).writeZero(512));
    assertEquals(List.of(9L), setup.started(), "the bytes of the former link count no more");
    endAll();
  }
}
