package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Status;
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
    world.core.resized(END);
    assertEquals(END, world.facts.size());
    assertEquals(1, world.count(ClientCounter.RESIZES));
    world.size = END;
    world.copies.clear();
    world.relink(2);
    assertEquals(
        List.of("0+512=5", (END - 512) + "+512=6"),
        world.copies.stream()
            .map(copy -> copy.offset() + "+" + copy.count() + "=" + copy.first())
            .toList());
  }

  @Test
  void shouldNotLetAReplayThatWasOvertakenFailFlushesForEver() throws MalformedException {
    world.up();
    world.write(0, END + 4096, 512, 7);
    world.ok(1);
    world.relink(2);
    assertFalse(world.core.isUp(), "it replays");
    world.core.resized(END);
    world.reply(world.last().id(), Status.NO_SPACE, null);
    assertTrue(world.core.isUp());
    TestRequest flush = world.flush();
    world.ok(world.last().id());
    assertEquals(Status.OK, flush.end().status());
  }

  @Test
  void shouldTakeASmallerStoreOnlyIfTheServerMeansIt() throws MalformedException {
    world.up();
    world.write(0, END + 4096, 512, 7);
    world.ok(1);
    world.core.lost(0);
    world.size = END;
    world.core.connect();
    world.core.opened(0);
    assertNotNull(world.grant(1), "it has lost its end for no known reason");
    world.core.lost(0);
    world.core.connect();
    world.core.opened(0);
    assertNull(world.core.attached(world.answer(2).asResized(), 0));
    assertTrue(world.core.isUp(), "nothing is left to replay");
    assertEquals(END, world.facts.size());
    world.core.lost(0);
    world.up(2);
    assertTrue(world.core.isUp(), "the size that is known now");
  }
}
