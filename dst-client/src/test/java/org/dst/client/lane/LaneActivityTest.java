package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.UUID;
import org.dst.client.lane.LaneActivity.State;
import org.dst.protocol.MalformedException;
import org.dst.protocol.testing.ExpectedErrors;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a lane says of itself. */
@ExtendWith(Watch.class)
@Timeout(10)
class LaneActivityTest {
  private final FakeWorld world = new FakeWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private LaneActivity activity() {
    return world.core.activity(world.now);
  }

  @Test
  void shouldNotCountTheTimeBeforeTheFirstLink() {
    world.core.connect(world.now);
    world.now = 50;
    world.core.lost(50);
    world.now = 90;
    LaneActivity connecting = activity();
    assertEquals(State.CONNECTING, connecting.state());
    assertNull(connecting.verifier());
    assertEquals(0, connecting.stateNanos());
    world.up();
    LaneActivity up = activity();
    assertEquals(State.UP, up.state());
    assertEquals(0, up.outages());
    assertEquals(0, up.totalOutageNanos());
    assertEquals(new UUID(3, 1), up.verifier());
  }

  @Test
  void shouldCountOutagesWithThePresentOne() {
    world.now = 100;
    world.up();
    world.now = 300;
    assertEquals(200, activity().stateNanos());
    world.core.lost(300);
    world.now = 340;
    LaneActivity down = activity();
    assertEquals(State.DOWN, down.state());
    assertEquals(40, down.stateNanos());
    assertEquals(1, down.outages());
    assertEquals(40, down.longestOutageNanos());
    assertEquals(40, down.totalOutageNanos());
    world.core.lost(340); // an attempt that failed is no outage of its own
    world.now = 350;
    world.up();
    world.now = 400;
    world.core.lost(400);
    world.now = 410;
    LaneActivity second = activity();
    assertEquals(2, second.outages());
    assertEquals(50, second.longestOutageNanos());
    assertEquals(60, second.totalOutageNanos());
    assertEquals(10, second.stateNanos());
  }

  @Test
  void shouldTellWhatIsInFlightWhatWaitsAndWhatIsUnflushed() throws MalformedException {
    world.window = 2;
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    world.write(0, 4096, 512, 2);
    world.write(0, 8192, 1024, 3);
    world.write(0, 12288, 512, 4);
    LaneActivity activity = activity();
    assertEquals(2, activity.inFlight());
    assertEquals(1536, activity.inFlightBytes());
    assertEquals(1, activity.waiting());
    assertEquals(512, activity.unflushedBytes());
    assertEquals(1, activity.unflushedEntries());
  }

  @Test
  void shouldTellThatItReplaysAndUnderWhichVerifierTheLogStillIs() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    world.relink(2);
    assertEquals(State.REPLAYING, activity().state());
    assertEquals(new UUID(3, 1), activity().verifier());
    world.ok(2);
    assertEquals(State.UP, activity().state());
    assertEquals(new UUID(3, 2), activity().verifier());
  }

  @Test
  @ExpectedErrors("the attachment has ended")
  void shouldTellThatItIsOver() {
    world.up();
    world.core.lost(0);
    world.core.connect(world.now);
    world.core.opened(0);
    world.core.deposed("lease 2 was given to another");
    assertEquals(State.OVER, activity().state());
  }
}
