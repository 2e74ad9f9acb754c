package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.UUID;
import org.dst.client.lane.TestRequest;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedLink.Frame;
import org.dst.client.link.ScriptedServer;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attached;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A flush of a session with several lanes, each on an event loop of its own. */
@ExtendWith(Watch.class)
@Timeout(60)
class FlushOfLanesTest {
  private static final int LANES = 3;
  private static final int STRIPE = 1 << 20;
  private static final UUID OTHER_VERIFIER = new UUID(77, 78);

  private final ScriptedServer server = new ScriptedServer();
  private TestClient client;
  private ScriptedLink[] links;

  @BeforeEach
  void connect() throws InterruptedException {
    client = new TestClient(server, LANES, TestClient.PATIENT);
    links = TestClient.attachAll(server, LANES);
    client.session();
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private TestRequest submit(TestRequest request) {
    request.loop().execute(() -> client.session().submit(request));
    return request;
  }

  private TestRequest flush() {
    return submit(TestRequest.of(Opcode.FLUSH, 0, 0, client.loop()));
  }

  private TestRequest write(int lane, int value) {
    byte[] data = new byte[512];
    Arrays.fill(data, (byte) value);
    return submit(TestRequest.write(0, (long) lane * STRIPE, data, client.loop()));
  }

  private void acknowledgedWrite(int lane, int value) throws InterruptedException {
    TestRequest write = write(lane, value);
    links[lane].reply(links[lane].next(), Status.OK, null);
    assertEquals(Status.OK, write.end().status());
  }

  private Frame takeFlush(int lane) throws InterruptedException {
    Frame frame = links[lane].next();
    assertEquals(Opcode.FLUSH, frame.opcode());
    return frame;
  }

  /** Ends a lane's link and grants the next one under another verifier. */
  private void loseCache(int lane) throws InterruptedException {
    links[lane].cut();
    ScriptedLink next = server.accept();
    assertEquals(lane, next.takeAttach().lane());
    links[lane] = next;
    Attached usual = ScriptedServer.attached();
    Attached answer =
        ScriptedServer.attached(
            usual.identity(), usual.size(), usual.window(), usual.leaseEpoch(), OTHER_VERIFIER);
    next.send(Opcode.ATTACHED, answer::encode);
  }

  @Test
  void shouldWaitForEveryLaneThatHoldsUnflushedWrites() throws Exception {
    for (int lane = 0; lane < LANES; lane++) {
      acknowledgedWrite(lane, lane);
    }
    TestRequest flush = flush();
    for (int lane = 0; lane < LANES; lane++) {
      Frame part = takeFlush(lane);
      assertFalse(flush.isDone());
      links[lane].reply(part, Status.OK, null);
    }
    assertEquals(Status.OK, flush.end().status());
  }

  /** Each FLUSH syncs the whole store; one that could make nothing durable is not sent. */
  @Test
  void shouldSendNoFlushOfALaneWithNothingToFlushButTheFirst() throws Exception {
    acknowledgedWrite(2, 5);
    TestRequest flush = flush();
    links[2].reply(takeFlush(2), Status.OK, null);
    assertFalse(flush.isDone());
    links[0].reply(takeFlush(0), Status.OK, null);
    assertEquals(Status.OK, flush.end().status());
    TestRequest second = flush();
    links[0].reply(takeFlush(0), Status.OK, null);
    assertEquals(Status.OK, second.end().status());
    assertEquals(0, links[1].waiting() + links[2].waiting(), "frames on the other lanes");
  }

  @Test
  void shouldFailIfOneLaneFails() throws Exception {
    acknowledgedWrite(1, 5);
    TestRequest flush = flush();
    links[1].reply(takeFlush(1), Status.IO_ERROR, null);
    Frame slow = takeFlush(0);
    assertFalse(flush.isDone());
    links[0].reply(slow, Status.OK, null);
    assertEquals(Status.IO_ERROR, flush.end().status());
  }

  /** The other lanes still have the old verifier, and their flushes succeeded under it. */
  @Test
  void shouldWaitForTheReplayOfALaneWhoseServerLostItsCache() throws Exception {
    acknowledgedWrite(0, 4);
    acknowledgedWrite(1, 5);
    TestRequest flush = flush();
    links[0].reply(takeFlush(0), Status.OK, null);
    takeFlush(1);
    loseCache(1);
    Frame replayed = links[1].next();
    assertEquals(Opcode.WRITE, replayed.opcode());
    byte[] expected = new byte[512];
    Arrays.fill(expected, (byte) 5);
    assertArrayEquals(expected, replayed.payload());
    assertFalse(flush.isDone(), "answered before the replay");
    links[1].reply(replayed, Status.OK, null);
    Frame again = takeFlush(1);
    assertFalse(flush.isDone(), "answered before the replay is durable");
    links[1].reply(again, Status.OK, null);
    assertEquals(Status.OK, flush.end().status());
    assertEquals(0, links[0].waiting(), "nothing is replayed on a lane whose cache lives");
  }

  /** What was acknowledged behind the flush's first sending is not durable by its success. */
  @Test
  void shouldKeepWhatEachLaneAcknowledgedAfterTheFlushWasSent() throws Exception {
    acknowledgedWrite(1, 5);
    TestRequest flush = flush();
    Frame first = takeFlush(0);
    Frame second = takeFlush(1);
    TestRequest late = submit(TestRequest.write(0, STRIPE + 4096, new byte[512], client.loop()));
    links[1].reply(links[1].next(), Status.OK, null);
    assertEquals(Status.OK, late.end().status());
    links[0].reply(first, Status.OK, null);
    links[1].reply(second, Status.OK, null);
    assertEquals(Status.OK, flush.end().status());
    loseCache(1);
    Frame replayed = links[1].next();
    assertEquals(STRIPE + 4096, replayed.offset(), "the only change that is replayed");
    links[1].reply(replayed, Status.OK, null);
    TestRequest next = flush();
    links[1].reply(takeFlush(1), Status.OK, null);
    links[0].reply(takeFlush(0), Status.OK, null);
    assertEquals(Status.OK, next.end().status());
    assertEquals(0, links[1].waiting(), "nothing else was replayed");
  }
}
