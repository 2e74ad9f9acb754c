package org.dst.client.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.LaneOptions;
import org.dst.client.lane.ResendLimits;
import org.dst.client.lane.TestRequest;
import org.dst.client.lane.UnflushedMarker;
import org.dst.client.link.Dialer;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedServer;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session over real sockets whose server changes between links; the test is the server. */
@ExtendWith(Watch.class)
@Timeout(60)
class SessionLinksTest {
  private static final UUID IDENTITY = ScriptedServer.IDENTITY;
  private static final long SIZE = 64 << 20;
  private static final UUID FIRST = new UUID(3, 4);
  private static final UUID SECOND = new UUID(3, 5);
  private static final UUID SESSION = new UUID(51, 52);
  private static final UUID PREDECESSOR = new UUID(53, 54);

  private ScriptedServer server;
  private EventLoopGroup loops;
  private EventLoop loop;
  private SessionOpener opener;
  private Session session;
  private ScriptedLink link;

  @BeforeEach
  void attach() throws Exception {
    server = new ScriptedServer();
    loops = NettyTransport.best().newLoops(1, "session-test");
    loop = loops.next();
    LaneOptions lane =
        new LaneOptions(
            ResendLimits.DEFAULT,
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            1 << 20);
    SessionOptions options =
        new SessionOptions(
            List.of(server.address()),
            "disk",
            Access.READ_WRITE,
            true,
            "a test",
            1,
            64 << 10,
            false,
            lane,
            new Dialer(NettyTransport.best(), List.of("crc32c"), Duration.ofSeconds(20)));
    var identity = new SessionOptions.Identity(SESSION, PREDECESSOR, null);
    opener =
        new SessionOpener(options, identity, new UnflushedMarker[] {UnflushedMarker.NONE}, loops);
    CompletableFuture<SessionOpener.Opened> opening = opener.open();
    link = server.accept();
    Attach attach = link.takeAttach();
    assertEquals(PREDECESSOR, attach.predecessor());
    assertTrue(attach.takeOver());
    assertEquals(0, attach.leaseEpoch());
    assertEquals(1, attach.generation());
    grant(SIZE, 7, FIRST);
    session = opening.get(20, TimeUnit.SECONDS).session();
  }

  @AfterEach
  void leave() throws Exception {
    Thread closing = Thread.ofPlatform().start(opener::close);
    while (link.next().opcode() != Opcode.DETACH) {
      // resends of what a test left unanswered
    }
    link.send(Opcode.DETACHED, 0, 0);
    link.awaitEnd();
    closing.join();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    server.close();
  }

  private void grant(long size, long epoch, UUID verifier) {
    Attached answer = ScriptedServer.attached(IDENTITY, size, 64, epoch, verifier);
    link.send(Opcode.ATTACHED, answer::encode);
  }

  /** Cuts the link and takes the next one's attach. */
  private Attach cut() throws InterruptedException {
    link.cut();
    return nextAttach();
  }

  private Attach nextAttach() throws InterruptedException {
    link = server.accept();
    return link.takeAttach();
  }

  private TestRequest write(int value) {
    byte[] data = new byte[512];
    Arrays.fill(data, (byte) value);
    return submit(TestRequest.write(0, 0, data, loop));
  }

  private TestRequest submit(TestRequest request) {
    loop.execute(() -> session.submit(request));
    return request;
  }

  private static void expectWrite(ScriptedLink.Frame frame, int value) {
    byte[] expected = new byte[512];
    Arrays.fill(expected, (byte) value);
    assertEquals(Opcode.WRITE, frame.opcode());
    assertTrue(frame.intact());
    assertArrayEquals(expected, frame.payload());
  }

  /** What was granted once is not asked for again: only the holder comes back. */
  @Test
  void shouldComeBackAsTheHolderAndSendAgainUnderTheSameId() throws Exception {
    TestRequest write = write(5);
    ScriptedLink.Frame first = link.next();
    Attach back = cut();
    assertEquals(SESSION, back.session());
    assertEquals(Attach.NO_SESSION, back.predecessor());
    assertFalse(back.takeOver());
    assertEquals(7, back.leaseEpoch());
    assertEquals(2, back.generation());
    assertEquals(IDENTITY, back.pinnedIdentity());
    grant(SIZE, 7, FIRST);
    ScriptedLink.Frame again = link.next();
    assertEquals(first.id(), again.id());
    expectWrite(again, 5);
    assertFalse(write.isDone());
    link.reply(again, Status.OK, null);
    assertEquals(Status.OK, write.end().status());
    assertEquals(1, opener.counters().get(ClientCounter.RECONNECTS));
  }

  @Test
  void shouldReplayWhatWasAcknowledgedWhenTheVerifierChanges() throws Exception {
    TestRequest write = write(5);
    link.reply(link.next(), Status.OK, null);
    assertEquals(Status.OK, write.end().status());
    TestRequest second = write(6);
    link.next();
    cut();
    grant(SIZE, 7, SECOND);
    ScriptedLink.Frame replayed = link.next();
    expectWrite(replayed, 5);
    assertEquals(0, link.waiting(), "nothing else before the replay is complete");
    link.reply(replayed, Status.OK, null);
    ScriptedLink.Frame renewed = link.next();
    expectWrite(renewed, 6);
    assertTrue(renewed.id() > replayed.id());
    assertTrue(renewed.watermark() > replayed.watermark());
    link.reply(renewed, Status.OK, null);
    assertEquals(Status.OK, second.end().status());
  }

  @Test
  void shouldKeepTryingWhileTheServerHasShrunkOrIsAnotherAndThenGoOn() throws Exception {
    TestRequest write = write(5);
    link.next();
    cut();
    grant(SIZE - 4096, 7, FIRST);
    link.awaitEnd();
    assertEquals(0, link.waiting(), "nothing is written to it");
    nextAttach();
    Attached stranger = ScriptedServer.attached(new UUID(8, 8), SIZE, 64, 7, FIRST);
    link.send(Opcode.ATTACHED, stranger::encode);
    link.awaitEnd();
    nextAttach();
    grant(SIZE, 8, FIRST);
    link.awaitEnd();
    nextAttach();
    grant(SIZE, 7, FIRST);
    ScriptedLink.Frame again = link.next();
    expectWrite(again, 5);
    link.reply(again, Status.OK, null);
    assertEquals(Status.OK, write.end().status());
    assertEquals(3, opener.counters().get(ClientCounter.STRANGE_STORES));
  }

  @Test
  void shouldKeepTryingWhileItIsRefused() throws Exception {
    TestRequest write = write(5);
    link.next();
    cut();
    Refused busy = new Refused(RefusalCode.UNAVAILABLE, "not yet", Extensions.NONE);
    link.send(Opcode.REFUSED, busy::encode);
    link.awaitEnd();
    nextAttach();
    grant(SIZE, 7, FIRST);
    link.reply(link.next(), Status.OK, null);
    assertEquals(Status.OK, write.end().status());
    assertEquals(1, opener.counters().get(ClientCounter.REFUSALS));
  }

  @Test
  void shouldEndALinkThatAcknowledgesWhatWasNeverSent() throws Exception {
    for (long id : new long[] {2, Long.MAX_VALUE, 0, -1}) {
      TestRequest read = submit(TestRequest.of(Opcode.READ, 0, 512, loop));
      ScriptedLink.Frame frame = link.next();
      link.reply(id == 2 ? frame.id() + 1 : id, Status.OK, null);
      link.awaitEnd();
      nextAttach();
      grant(SIZE, 7, FIRST);
      link.reply(link.next(), Status.OK, new byte[512]);
      assertEquals(Status.OK, read.end().status());
    }
  }

  @Test
  void shouldEndALinkThatRepliesBeforeItIsAttached() throws Exception {
    TestRequest read = submit(TestRequest.of(Opcode.READ, 0, 512, loop));
    ScriptedLink.Frame frame = link.next();
    cut();
    link.reply(frame.id(), Status.IO_ERROR, null);
    link.awaitEnd();
    nextAttach();
    assertFalse(read.isDone());
    grant(SIZE, 7, FIRST);
    link.reply(link.next(), Status.OK, new byte[512]);
    assertEquals(Status.OK, read.end().status());
  }

  @Test
  void shouldIgnoreASecondAcknowledgement() throws Exception {
    TestRequest write = write(5);
    ScriptedLink.Frame frame = link.next();
    link.reply(frame, Status.OK, null);
    link.reply(frame, Status.IO_ERROR, null);
    assertEquals(Status.OK, write.end().status());
    TestRequest read = submit(TestRequest.of(Opcode.READ, 0, 512, loop));
    link.reply(link.next(), Status.OK, new byte[512]);
    assertEquals(Status.OK, read.end().status());
    assertNull(write.end().data());
    assertEquals(1, opener.counters().get(ClientCounter.DUPLICATE_REPLIES));
  }

  @Test
  void shouldTellTheServerHowFreshTheStoreWas() throws Exception {
    List<Long> heard = new CopyOnWriteArrayList<>();
    CountDownLatch told = new CountDownLatch(2);
    opener.followFreshness(
        number -> {
          heard.add(number);
          told.countDown();
        });
    link.send(Opcode.NOTICE, new Notice.Freshness(41)::encode);
    link.send(Opcode.NOTICE, new Notice.Freshness(40)::encode);
    assertTrue(told.await(20, TimeUnit.SECONDS), heard::toString);
    assertEquals(41, cut().knownFreshness());
    Attached answer = ScriptedServer.attached(IDENTITY, SIZE, 64, 7, FIRST);
    link.send(Opcode.ATTACHED, answer.withFreshness(40)::encode);
    assertEquals(41, nextAttach().knownFreshness(), "the store was rolled back");
    link.send(Opcode.ATTACHED, answer.withFreshness(42)::encode);
    assertEquals(42, cut().knownFreshness());
    grant(SIZE, 7, FIRST);
    assertEquals(List.of(0L, 41L, 42L), heard);
  }

  @Test
  void shouldFollowTheSizeOfTheExportAndTellListeners() throws Exception {
    List<Long> heard = new CopyOnWriteArrayList<>();
    CountDownLatch third = new CountDownLatch(3);
    session.onChange(
        info -> {
          heard.add(info.size());
          third.countDown();
        });
    link.send(Opcode.NOTICE, new Notice.Resized(2 * SIZE)::encode);
    link.send(Opcode.NOTICE, new Notice.Resized(2 * SIZE)::encode);
    link.send(Opcode.NOTICE, new Notice.Resized(SIZE / 2)::encode);
    link.send(Opcode.NOTICE, new Notice.Resized(SIZE)::encode);
    assertTrue(third.await(20, TimeUnit.SECONDS), heard::toString);
    assertEquals(List.of(2 * SIZE, SIZE / 2, SIZE), heard);
    assertEquals(SIZE, session.info().size());
    cut();
    grant(4 * SIZE, 7, FIRST);
    TestRequest write = write(5);
    link.reply(link.next(), Status.OK, null);
    assertEquals(Status.OK, write.end().status());
    assertEquals(4 * SIZE, session.info().size(), "what the next attach was answered");
    assertEquals(4, opener.counters().get(ClientCounter.RESIZES));
  }
}
