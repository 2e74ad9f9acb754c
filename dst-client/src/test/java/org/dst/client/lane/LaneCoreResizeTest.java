package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.testing.ExpectedErrors;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A lane whose export is given another size. */
@ExtendWith(Watch.class)
@Timeout(20)
class LaneCoreResizeTest {
  private static final int END = 1 << 20;

  private FakeWorld world;

  @BeforeEach
  void make() {
    world = new FakeWorld();
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void shouldForgetWhatIsBehindTheNewEndAndReplayTheRest() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 5);
    world.write(0, END - 512, 1024, 6);
    world.write(0, END + 4096, 512, 7);
    world.ok(1, 2, 3);
    world.core.resized(END, world.now);
    assertEquals(END, world.export.size());
    assertEquals(1, world.count(ClientCounter.RESIZES));
    world.size = END;
    world.copies.clear();
    world.relink(2);
    assertEquals(List.of("0+512=5", (END - 512) + "+512=6"), copies());
  }

  @Test
  void shouldNotLetAReplayThatWasOvertakenFailFlushesForEver() throws MalformedException {
    world.up();
    world.write(0, END + 4096, 512, 7);
    world.ok(1);
    world.relink(2);
    assertFalse(world.core.isUp(), "it replays");
    world.core.resized(END, world.now);
    world.reply(world.last().id(), Status.NO_SPACE, null);
    assertTrue(world.core.isUp());
    TestRequest flush = world.flush();
    world.ok(world.last().id());
    assertEquals(Status.OK, flush.end().status());
  }

  /** The copies that were sent since the last call, as {@code offset+count=first byte}. */
  private List<String> copies() {
    List<String> sent =
        world.copies.stream()
            .map(copy -> copy.offset() + "+" + copy.count() + "=" + copy.first())
            .toList();
    world.copies.clear();
    return sent;
  }

  @Test
  void shouldReplayTheHeadOfAChangeThatWasRefusedBecauseTheEndIsInsideIt()
      throws MalformedException {
    world.up();
    world.write(0, END - 512, 1024, 6);
    world.ok(1);
    world.relink(2);
    long refused = world.last().id();
    world.core.resized(END, world.now);
    world.copies.clear();
    world.reply(refused, Status.NO_SPACE, null);
    long head = world.last().id();
    assertEquals(List.of((END - 512) + "+512=6"), copies());
    assertFalse(world.core.isUp(), "the head is still missing");
    world.ok(head);
    assertTrue(world.core.isUp());
    assertEquals(0, world.count(ClientCounter.FAILED_REPLAYS));
    TestRequest read = world.submit(Opcode.READ, END - 512, 1);
    world.reply(world.last().id(), Status.OK, FakeWorld.bytes(6));
    assertEquals(Status.OK, read.end().status());
  }

  @Test
  void shouldCutAChangeThatStillWaitsForItsReplay() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 5);
    world.write(0, END - 512, 1024, 6);
    world.write(0, END + 4096, 512, 7);
    world.ok(1, 2, 3);
    world.maxInFlight = 512;
    world.copies.clear();
    world.relink(2);
    world.core.resized(END, world.now);
    world.ok(world.last().id());
    world.ok(world.last().id());
    assertEquals(List.of("0+512=5", (END - 512) + "+512=6"), copies());
    assertTrue(world.core.isUp(), "what was behind the end is not sent");
  }

  @Test
  void shouldNotBringBackWhatWasCutOffWhenTheExportGrowsAgainDuringTheReplay()
      throws MalformedException {
    world.up();
    world.write(0, 0, 512, 5);
    world.write(0, END + 4096, 512, 7);
    world.ok(1, 2);
    world.maxInFlight = 512;
    world.copies.clear();
    world.relink(2);
    world.core.resized(END, world.now);
    world.core.resized(2L * END, world.now);
    world.ok(world.last().id());
    assertEquals(List.of("0+512=5"), copies());
    assertTrue(world.core.isUp());
    world.maxInFlight = FakeWorld.PLENTY;
    world.relink(3);
    assertEquals(List.of("0+512=5"), copies(), "it is not in the log any more");
  }

  @Test
  @ExpectedErrors("the refusal comes before its reason is known")
  void shouldTryTheHeadAgainAtOnceWhenTheNoticeComesAfterTheRefusal() throws MalformedException {
    world.up();
    world.write(0, END - 512, 1024, 6);
    world.ok(1);
    world.relink(2);
    world.reply(world.last().id(), Status.NO_SPACE, null);
    world.copies.clear();
    world.core.resized(END, world.now);
    long head = world.last().id();
    assertEquals(List.of((END - 512) + "+512=6"), copies());
    world.ok(head);
    assertEquals(Opcode.FLUSH, world.last().opcode());
    world.ok(world.last().id());
    assertTrue(world.core.isClean());
  }

  @Test
  void shouldTakeASmallerStoreOnlyIfTheServerMeansIt() throws MalformedException {
    world.up();
    world.write(0, END + 4096, 512, 7);
    world.ok(1);
    world.core.lost(0);
    world.size = END;
    world.core.connect(world.now);
    world.core.opened(0);
    assertNotNull(world.grant(1), "it has lost its end for no known reason");
    world.core.lost(0);
    world.core.connect(world.now);
    world.core.opened(0);
    assertNull(world.core.attached(world.answer(2).asResized(), 0));
    assertTrue(world.core.isUp(), "nothing is left to replay");
    assertEquals(END, world.export.size());
    world.core.lost(0);
    world.up(2);
    assertTrue(world.core.isUp(), "the size that is known now");
  }
}
