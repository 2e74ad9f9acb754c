package org.dst.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.dst.client.link.Dialer;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedServer;
import org.dst.client.link.Transport;
import org.dst.client.session.LaneOptions;
import org.dst.client.session.SessionOptions;
import org.dst.client.state.ClientState;
import org.dst.client.state.ClientState.Predecessor;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.testing.ExpectedErrors;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A session that takes the place of one that died, with a server that the test plays. */
@ExtendWith(Watch.class)
@Timeout(60)
class AttachedSessionTest {
  private static final UUID FORMER = new UUID(41, 42);

  /** The verifier of {@link ScriptedServer#attached()}. */
  private static final UUID VERIFIER = ScriptedServer.attached().verifier();

  @TempDir private Path directory;
  private Path file;
  private ScriptedServer server;
  private EventLoopGroup loops;

  @BeforeEach
  void start() {
    file = directory.resolve("state");
    server = new ScriptedServer();
    loops = Transport.best().newLoops(1, "attached-test");
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    server.close();
  }

  private static <T> FutureTask<T> later(Callable<T> task) {
    FutureTask<T> running = new FutureTask<>(task);
    Thread.ofPlatform().daemon().start(running);
    return running;
  }

  private FutureTask<AttachedSession> open(boolean acceptLoss) {
    SessionOptions options =
        new SessionOptions(
            List.of(server.address()),
            "disk",
            Access.READ_WRITE,
            false,
            "a test",
            1,
            64 << 10,
            false,
            LaneOptions.DEFAULT,
            new Dialer(Transport.best(), List.of("crc32c"), Duration.ofSeconds(20)));
    return later(() -> AttachedSession.open(options, new StateOptions(file, acceptLoss), loops));
  }

  private static <T> T end(FutureTask<T> task) throws Exception {
    return task.get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(FutureTask<?> task) {
    return assertThrows(ExecutionException.class, () -> end(task)).getCause();
  }

  private void leaveBehind(boolean unflushed, UUID verifier) throws IOException {
    try (ClientState state = ClientState.open(file)) {
      state.begin(FORMER, ScriptedServer.IDENTITY, 1);
      state.journal(0).verifier(verifier);
      state.journal(0).unflushed(unflushed);
    }
  }

  private Predecessor predecessor() throws IOException {
    try (ClientState state = ClientState.open(file)) {
      return state.predecessor();
    }
  }

  private static void grant(ScriptedLink link) {
    link.send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
  }

  private static void answerFlush(ScriptedLink link, Status status) throws InterruptedException {
    ScriptedLink.Frame flush = link.next();
    assertEquals(Opcode.FLUSH, flush.opcode());
    link.reply(flush, status, null);
  }

  private static void answerDetach(ScriptedLink link) throws InterruptedException {
    assertEquals(Opcode.DETACH, link.next().opcode());
    link.send(Opcode.DETACHED, 0, 0);
    link.awaitEnd();
  }

  private static void close(AttachedSession session, ScriptedLink link, Status flushed)
      throws Exception {
    FutureTask<Void> closing =
        later(
            () -> {
              session.close();
              return null;
            });
    answerFlush(link, flushed);
    answerDetach(link);
    end(closing);
  }

  @Test
  void shouldLeaveNoTraceAfterACleanEnd() throws Exception {
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    Attach attach = link.takeAttach();
    assertEquals(Attach.NO_SESSION, attach.predecessor());
    assertNull(attach.pinnedIdentity());
    grant(link);
    answerFlush(link, Status.OK);
    AttachedSession session = end(opening);
    assertTrue(Files.exists(file));
    close(session, link, Status.OK);
    assertFalse(Files.exists(file));
  }

  @Test
  @ExpectedErrors("the last flush fails")
  void shouldLeaveAPredecessorBehindWhenTheLastFlushFails() throws Exception {
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    UUID own = link.takeAttach().session();
    grant(link);
    answerFlush(link, Status.OK);
    close(end(opening), link, Status.IO_ERROR);
    assertEquals(new Predecessor(own, ScriptedServer.IDENTITY, false, null), predecessor());
  }

  @Test
  void shouldLeaveTheLeaseToASuccessorWhenADeviceGoesOn() throws Exception {
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    UUID own = link.takeAttach().session();
    grant(link);
    answerFlush(link, Status.OK);
    AttachedSession session = end(opening);
    assertEquals(ScriptedServer.IDENTITY, session.store());
    FutureTask<Void> leaving =
        later(
            () -> {
              session.bequeath();
              return null;
            });
    answerFlush(link, Status.OK);
    end(leaving);
    assertEquals(new Predecessor(own, ScriptedServer.IDENTITY, false, null), predecessor());
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    link.awaitEnd(); // without a DETACH
  }

  @Test
  void shouldPresentItsPredecessorAndGoOnIfTheServerHasKeptItsCache() throws Exception {
    leaveBehind(true, VERIFIER);
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    Attach attach = link.takeAttach();
    assertEquals(FORMER, attach.predecessor());
    assertNotEquals(FORMER, attach.session());
    assertEquals(ScriptedServer.IDENTITY, attach.pinnedIdentity());
    grant(link);
    answerFlush(link, Status.OK);
    close(end(opening), link, Status.OK);
    assertFalse(Files.exists(file));
  }

  @Test
  void shouldNotPretendThatLostWritesAreThere() throws Exception {
    leaveBehind(true, new UUID(99, 99));
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    link.takeAttach();
    grant(link);
    answerFlush(link, Status.OK);
    answerDetach(link);
    Throwable lost = failure(opening);
    assertInstanceOf(LostWritesException.class, lost);
    assertTrue(lost.getMessage().contains("--accept-loss"), lost.getMessage());
    assertEquals(
        new Predecessor(FORMER, ScriptedServer.IDENTITY, true, new UUID(99, 99)),
        predecessor(),
        "the next attempt has to hear of it, too");
  }

  @Test
  void shouldNotTrustAPredecessorsWritesIfTheFlushFails() throws Exception {
    leaveBehind(true, VERIFIER);
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    link.takeAttach();
    grant(link);
    answerFlush(link, Status.IO_ERROR);
    answerDetach(link);
    assertInstanceOf(LostWritesException.class, failure(opening));
    assertTrue(predecessor().unflushed());
  }

  @Test
  void shouldGoOnWithoutLostWritesIfThatIsAccepted() throws Exception {
    leaveBehind(true, new UUID(99, 99));
    FutureTask<AttachedSession> opening = open(true);
    ScriptedLink link = server.accept();
    link.takeAttach();
    grant(link);
    answerFlush(link, Status.OK);
    close(end(opening), link, Status.OK);
    assertFalse(Files.exists(file));
  }

  @Test
  void shouldNotMindAnotherVerifierIfNothingWasUnflushed() throws Exception {
    leaveBehind(false, new UUID(99, 99));
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    link.takeAttach();
    grant(link);
    answerFlush(link, Status.OK);
    close(end(opening), link, Status.OK);
    assertFalse(Files.exists(file));
  }

  @Test
  void shouldNotAttachToAnotherStoreThanItsPredecessorHad() throws Exception {
    leaveBehind(true, VERIFIER);
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    link.takeAttach();
    Attached other = ScriptedServer.attached(new UUID(8, 8), 64 << 20, 64);
    link.send(Opcode.ATTACHED, other::encode);
    Throwable refusal = failure(opening).getCause();
    assertTrue(refusal.getMessage().contains("another store"), refusal.getMessage());
    assertEquals(FORMER, predecessor().session());
  }
}
