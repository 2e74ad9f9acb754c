package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dst.client.lane.ResendLimits;
import org.dst.client.lane.TestRequest;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedLink.Frame;
import org.dst.client.link.ScriptedServer;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Notice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lane over real sockets, with links that break, lie and fall silent. */
@Timeout(60)
class ReconnectTest {
  private final ScriptedServer server = new ScriptedServer();
  private TestClient client;

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void shouldLoseNothingWhenTheLinkIsCutWithRequestsInFlight() throws Exception {
    ScriptedLink first = connect(TestClient.PATIENT);
    List<TestRequest> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(write(i));
    }
    List<Frame> sent = take(first, 20);
    first.reply(sent.get(0), Status.OK, null);
    first.reply(sent.get(3), Status.OK, null);
    writes.get(0).end();
    writes.get(3).end();
    first.cut();
    writes.add(write(20)); // while there is no link

    ScriptedLink second = server.accept();
    assertEquals(2, second.takeAttach().generation());
    second.send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
    List<Frame> again = take(second, 19);
    List<Long> expected = new ArrayList<>();
    for (long id = 2; id <= 21; id++) {
      if (id != 4) {
        expected.add(id);
      }
    }
    assertEquals(expected, again.stream().map(Frame::id).toList());
    for (Frame frame : again) {
      assertEquals(2, frame.watermark());
      assertTrue(frame.intact(), frame::toString);
      assertArrayEquals(data((int) frame.id() - 1), frame.payload());
      second.reply(frame, Status.OK, null);
    }
    writes.forEach(write -> assertEquals(Status.OK, write.end().status()));
    assertEquals(0, second.waiting(), "frames that nobody asked for");
    writes.forEach(this::assertReleased);
  }

  @Test
  void shouldComeBackAgainAndAgain() throws Exception {
    ScriptedLink link = connect(TestClient.PATIENT);
    TestRequest write = write(0);
    for (int generation = 2; generation <= 10; generation++) {
      assertEquals(1, link.next().id());
      link.cut();
      link = server.accept();
      Attach attach = link.takeAttach();
      assertEquals(generation, attach.generation());
      assertEquals(TestClient.ID, attach.session());
      link.send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
    }
    link.reply(link.next(), Status.OK, null);
    assertEquals(Status.OK, write.end().status());
  }

  @Test
  void shouldNotWaitWhenAnotherAttachmentHasGotThrough() throws Exception {
    try (TestClient slow = new TestClient(server, Duration.ofHours(1))) {
      ScriptedLink slowLink = TestClient.attach(server);
      slow.session();
      ScriptedLink link = connect(TestClient.PATIENT);
      slowLink.cut();
      while (!slow.isDown()) {
        Thread.onSpinWait();
      }
      link.cut();
      server.acceptAndAttach();
      ScriptedLink next = server.accept();
      assertEquals(2, next.takeAttach().generation());
      next.send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
    }
  }

  @Test
  void shouldGoOnAfterARefusedReconnect() throws Exception {
    ScriptedLink link = connect(TestClient.PATIENT);
    TestRequest write = write(0);
    link.next();
    link.cut();
    ScriptedLink busy = server.accept();
    busy.takeAttach();
    busy.send(Opcode.REFUSED, Answers.refused("in use")::encode);
    busy.awaitEnd();
    ScriptedLink next = server.acceptAndAttach();
    next.reply(next.next(), Status.OK, null);
    assertEquals(Status.OK, write.end().status());
  }

  @Test
  void shouldNotTouchAnotherStoreThatComesUpUnderTheSameName() throws Exception {
    ScriptedLink link = connect(TestClient.PATIENT);
    TestRequest write = write(0);
    link.next();
    link.cut();
    for (var answer :
        List.of(
            ScriptedServer.attached(new UUID(9, 9), 64 << 20, 64),
            ScriptedServer.attached(ScriptedServer.IDENTITY, 32 << 20, 64),
            ScriptedServer.attached(ScriptedServer.IDENTITY, 64 << 20, 32))) {
      ScriptedLink other = server.accept();
      other.takeAttach();
      other.send(Opcode.ATTACHED, answer::encode);
      other.awaitEnd();
      assertEquals(0, other.waiting(), "requests to another store");
    }
    ScriptedLink right = server.acceptAndAttach();
    right.reply(right.next(), Status.OK, null);
    assertEquals(Status.OK, write.end().status());
  }

  @Test
  void shouldSendAgainWhenNoAnswerComes() throws Exception {
    ScriptedLink link = connect(new ResendLimits(Duration.ofMillis(50), -1));
    TestRequest write = write(0);
    Frame once = link.next();
    Frame twice = link.next();
    assertEquals(once.id(), twice.id());
    assertArrayEquals(once.payload(), twice.payload());
    link.reply(twice, Status.OK, null);
    link.reply(once, Status.OK, null);
    assertEquals(Status.OK, write.end().status());
  }

  @Test
  void shouldFailARequestThatIsNeverAnswered() throws Exception {
    ScriptedLink link = connect(new ResendLimits(Duration.ofMillis(20), 2));
    TestRequest write = write(0);
    assertEquals(Status.IO_ERROR, write.end().status());
    assertEquals(3, take(link, 3).size());
    assertEquals(0, link.waiting());
    assertReleased(write);
  }

  @Test
  void shouldFailARequestWhileNobodyIsThere() throws Exception {
    ScriptedLink link = connect(new ResendLimits(Duration.ofMillis(20), 2));
    server.stopListening();
    link.cut();
    assertEquals(Status.IO_ERROR, write(0).end().status());
  }

  @Test
  void shouldSendAgainWhatArrivedDamaged() throws Exception {
    ScriptedLink link = connect(TestClient.PATIENT);
    TestRequest write = write(0);
    TestRequest read = submit(TestRequest.of(Opcode.READ, 0, 3));
    link.reply(link.next(), Status.BAD_CHECKSUM, null);
    link.replyDamaged(link.next(), new byte[3]);
    List<Frame> again = take(link, 2);
    assertEquals(List.of(1L, 2L), again.stream().map(Frame::id).toList());
    link.reply(again.get(0), Status.OK, null);
    link.reply(again.get(1), Status.OK, new byte[] {1, 2, 3});
    assertEquals(Status.OK, write.end().status());
    assertArrayEquals(new byte[] {1, 2, 3}, read.end().data());
  }

  @Test
  void shouldLeaveALinkThatBreaksTheProtocol() throws Exception {
    ScriptedLink link = connect(TestClient.PATIENT);
    TestRequest read = submit(TestRequest.of(Opcode.READ, 0, 3));
    for (Fault fault : Fault.values()) {
      Frame request = link.next();
      fault.commit(link, request);
      link.awaitEnd();
      assertFalse(read.isDone(), () -> "answered by " + fault);
      link = server.acceptAndAttach();
    }
    link.reply(link.next(), Status.OK, new byte[] {1, 2, 3});
    assertArrayEquals(new byte[] {1, 2, 3}, read.end().data());
  }

  private enum Fault {
    GARBAGE {
      @Override
      void commit(ScriptedLink link, Frame request) {
        link.sendRaw("x".repeat(100).getBytes(StandardCharsets.US_ASCII));
      }
    },
    UNKNOWN_TRANSACTION {
      @Override
      void commit(ScriptedLink link, Frame request) {
        link.reply(request.id() + 1, Status.OK, null);
      }
    },
    WRONG_LENGTH {
      @Override
      void commit(ScriptedLink link, Frame request) {
        link.reply(request, Status.OK, new byte[4]);
      }
    },
    TOO_LONG {
      @Override
      void commit(ScriptedLink link, Frame request) {
        link.reply(request, Status.OK, new byte[(64 << 10) + 1]);
      }
    },
    REQUEST_FROM_THE_SERVER {
      @Override
      void commit(ScriptedLink link, Frame request) {
        link.send(Opcode.FLUSH, 1, 0);
      }
    },
    SECOND_ATTACHED {
      @Override
      void commit(ScriptedLink link, Frame request) {
        link.send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
      }
    },
    DETACHED_UNASKED {
      @Override
      void commit(ScriptedLink link, Frame request) {
        link.send(Opcode.DETACHED, 0, 0);
      }
    };

    abstract void commit(ScriptedLink link, Frame request);
  }

  @Test
  void shouldAnswerPingsAndTakeNotices() throws Exception {
    ScriptedLink link = connect(TestClient.PATIENT);
    link.send(Opcode.NOTICE, new Notice.GoingAway("maintenance")::encode);
    link.send(Opcode.NOTICE, new Notice.Resized(1 << 20)::encode);
    link.send(Opcode.NOTICE, new Notice.Unknown(77)::encode);
    link.send(Opcode.PONG, 5, 6);
    link.send(Opcode.PING, 7, 8);
    Frame pong = link.next();
    assertEquals(Opcode.PONG, pong.opcode());
    assertEquals(7, pong.id());
    assertEquals(8, pong.offset());
  }

  @Test
  void shouldPassFlagsAndDetach() throws Exception {
    ScriptedLink link = connect(TestClient.PATIENT);
    submit(TestRequest.write(RequestFlags.FUA, 4096, data(1), ImmediateEventExecutor.INSTANCE));
    Frame write = link.next();
    assertEquals(RequestFlags.FUA, write.flags());
    assertEquals(4096, write.offset());
    assertEquals(data(1).length, write.count());
    link.reply(write, Status.OK, null);
    var left = client.leave();
    assertEquals(Opcode.DETACH, link.next().opcode());
    assertFalse(left.isDone());
    link.send(Opcode.DETACHED, 0, 0);
    link.cut();
    left.join();
  }

  private ScriptedLink connect(ResendLimits resend) throws InterruptedException {
    client = new TestClient(server, 1, resend);
    ScriptedLink link = TestClient.attach(server);
    client.session();
    return link;
  }

  private TestRequest write(int number) {
    return submit(
        TestRequest.write(0, 4096L * number, data(number), ImmediateEventExecutor.INSTANCE));
  }

  /** A request ends a moment before the lane lets go of it, so the lane is ended first. */
  private void assertReleased(TestRequest write) {
    client.close();
    assertEquals(0, write.payloadReferences());
  }

  private TestRequest submit(TestRequest request) {
    client.session().submit(request);
    return request;
  }

  private static byte[] data(int number) {
    return "block %d".formatted(number).repeat(20).getBytes(StandardCharsets.US_ASCII);
  }

  private static List<Frame> take(ScriptedLink link, int count) throws InterruptedException {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(link.next());
    }
    return frames;
  }
}
