package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.dst.client.lane.TestRequest;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedLink.Frame;
import org.dst.client.link.ScriptedServer;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that become several transactions. Frames carry 64 KiB at most here. */
@Timeout(60)
class SplittingTest {
  private static final int FRAME = 64 << 10;
  private static final int STRIPE = 1 << 20;

  private final ScriptedServer server = new ScriptedServer();
  private TestClient client;
  private ScriptedLink[] links;

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void shouldGatherALargeReadInOrderWhateverOrderItsPartsComeIn() throws Exception {
    connect(1);
    byte[] disk = random(5 * FRAME);
    TestRequest read = submit(TestRequest.of(Opcode.READ, 100, 4 * FRAME + 10, client.loop()));
    List<Frame> parts = take(links[0], 5);
    assertEquals(
        List.of(100L, 100L + FRAME, 100L + 2 * FRAME, 100L + 3 * FRAME, 100L + 4 * FRAME),
        parts.stream().map(Frame::offset).toList());
    assertEquals(10, parts.getLast().count());
    Collections.shuffle(parts, new Random(1));
    for (Frame part : parts) {
      assertFalse(read.isDone());
      int from = (int) part.offset();
      links[0].reply(part, Status.OK, Arrays.copyOfRange(disk, from, from + (int) part.count()));
    }
    assertArrayEquals(Arrays.copyOfRange(disk, 100, 110 + 4 * FRAME), read.end().data());
  }

  @Test
  void shouldSplitAWriteAndCarryItsFlagsOnEveryPart() throws Exception {
    connect(1);
    byte[] data = random(2 * FRAME + 1);
    TestRequest write = submit(TestRequest.write(RequestFlags.FUA, FRAME, data, client.loop()));
    List<Frame> parts = take(links[0], 3);
    int at = 0;
    for (Frame part : parts) {
      assertEquals(RequestFlags.FUA, part.flags());
      assertEquals(FRAME + at, part.offset());
      assertArrayEquals(Arrays.copyOfRange(data, at, at + part.payload().length), part.payload());
      at += part.payload().length;
      links[0].reply(part, Status.OK, null);
    }
    assertEquals(data.length, at);
    assertEquals(Status.OK, write.end().status());
    assertReleased(write);
  }

  @Test
  void shouldAnswerAnErrorOnlyWhenNoPartRunsAnyMore() throws Exception {
    connect(1);
    TestRequest write =
        submit(TestRequest.write(RequestFlags.FUA, 0, random(3 * FRAME), client.loop()));
    List<Frame> parts = take(links[0], 3);
    links[0].reply(parts.get(1), Status.NO_SPACE, null);
    links[0].reply(parts.get(0), Status.IO_ERROR, null);
    passThrough(0);
    assertFalse(write.isDone(), "answered while a part still runs");
    links[0].reply(parts.get(2), Status.OK, null);
    assertEquals(Status.NO_SPACE, write.end().status(), "the first error");
    assertReleased(write);
  }

  @Test
  void shouldLetGoOfWhatWasReadWhenAPartFails() throws Exception {
    connect(1);
    TestRequest read = submit(TestRequest.of(Opcode.READ, 0, 2 * FRAME, client.loop()));
    List<Frame> parts = take(links[0], 2);
    links[0].reply(parts.get(0), Status.OK, new byte[FRAME]);
    links[0].reply(parts.get(1), Status.IO_ERROR, null);
    assertEquals(Status.IO_ERROR, read.end().status());
    assertNull(read.end().data());
  }

  @Test
  void shouldStartNoMorePartsAfterAnError() throws Exception {
    connect(2);
    long whole = 80L * STRIPE;
    TestRequest trim = submit(TestRequest.of(Opcode.TRIM, 0, whole, client.loop()));
    List<Frame> even = take(links[0], 16);
    List<Frame> odd = take(links[1], 16);
    links[0].reply(even.removeFirst(), Status.IO_ERROR, null);
    passThrough(0);
    even.forEach(part -> links[0].reply(part, Status.OK, null));
    odd.forEach(part -> links[1].reply(part, Status.OK, null));
    assertEquals(Status.IO_ERROR, trim.end().status());
    passThrough(0);
    passThrough(1);
    assertEquals(0, links[0].waiting() + links[1].waiting(), "parts after the error");
  }

  @Test
  void shouldSendStripesToTheirLanes() throws Exception {
    connect(3);
    TestRequest trim =
        submit(TestRequest.of(Opcode.TRIM, STRIPE - 10, 2L * STRIPE + 20, client.loop()));
    Frame first = links[0].next();
    assertEquals(STRIPE - 10, first.offset());
    assertEquals(10, first.count());
    Frame second = links[1].next();
    assertEquals(STRIPE, second.offset());
    assertEquals(STRIPE, second.count());
    Frame third = links[2].next();
    assertEquals(2L * STRIPE, third.offset());
    assertEquals(STRIPE, third.count());
    Frame fourth = links[0].next();
    assertEquals(3L * STRIPE, fourth.offset());
    assertEquals(10, fourth.count());
    links[0].reply(first, Status.OK, null);
    links[1].reply(second, Status.OK, null);
    links[2].reply(third, Status.OK, null);
    links[0].reply(fourth, Status.OK, null);
    assertEquals(Status.OK, trim.end().status());
  }

  @Test
  void shouldNotSplitWhatHasNoPayloadOnOneLane() throws Exception {
    connect(1);
    for (Opcode opcode : List.of(Opcode.TRIM, Opcode.WRITE_ZEROES, Opcode.CACHE)) {
      TestRequest request = submit(TestRequest.of(opcode, 0, 48 << 20, client.loop()));
      Frame frame = links[0].next();
      assertEquals(48 << 20, frame.count());
      links[0].reply(frame, Status.OK, null);
      assertEquals(Status.OK, request.end().status());
    }
  }

  /** When this returns, what was answered on the lane before has been dealt with. */
  private void passThrough(int lane) throws InterruptedException {
    TestRequest last = submit(TestRequest.of(Opcode.READ, (long) lane * STRIPE, 1, client.loop()));
    links[lane].reply(links[lane].next(), Status.OK, new byte[1]);
    last.end();
  }

  private void connect(int lanes) throws InterruptedException {
    client = new TestClient(server, lanes, TestClient.PATIENT);
    links = TestClient.attachAll(server, lanes);
    client.session();
  }

  /** A request ends a moment before the lane lets go of it, so the lane is ended first. */
  private void assertReleased(TestRequest write) {
    client.close();
    assertEquals(0, write.payloadReferences());
  }

  private TestRequest submit(TestRequest request) {
    request.loop().execute(() -> client.session().submit(request));
    return request;
  }

  private static List<Frame> take(ScriptedLink link, int count) throws InterruptedException {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(link.next());
    }
    return frames;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
