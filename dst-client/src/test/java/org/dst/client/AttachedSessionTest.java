package org.dst.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.dst.client.lane.LaneOptions;
import org.dst.client.link.Dialer;
import org.dst.client.link.LinkException;
import org.dst.client.link.ScriptedLink;
import org.dst.client.link.ScriptedServer;
import org.dst.client.session.SessionOptions;
import org.dst.client.state.AttachTarget;
import org.dst.client.state.LeftBehind;
import org.dst.client.state.Predecessor;
import org.dst.platform.loop.NettyTransport;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
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
  private AttachTarget target;
  private ScriptedServer server;
  private EventLoopGroup loops;

  @BeforeEach
  void start() {
    server = new ScriptedServer();
    target = new AttachTarget("disk", List.of(server.address().toString()));
    loops = NettyTransport.best().newLoops(1, "attached-test");
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
    return open(new StateOptions(directory, acceptLoss, false));
  }

  private FutureTask<AttachedSession> open(StateOptions state) {
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
            new Dialer(NettyTransport.best(), List.of("crc32c"), Duration.ofSeconds(20)));
    return later(() -> AttachedSession.open(options, state, loops));
  }

  private static <T> T end(FutureTask<T> task) throws Exception {
    return task.get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(FutureTask<?> task) {
    return assertThrows(ExecutionException.class, () -> end(task)).getCause();
  }

  private void leaveBehind(boolean unflushed, UUID verifier) throws IOException {
    LeftBehind.by(directory, target, FORMER, ScriptedServer.IDENTITY, unflushed, verifier);
  }

  /** What the only state file tells. */
  private Predecessor predecessor() throws IOException {
    List<Predecessor> all = LeftBehind.in(directory);
    assertEquals(1, all.size(), all::toString);
    return all.getFirst();
  }

  private void assertNoTrace() throws IOException {
    assertEquals(List.of(), LeftBehind.files(directory));
  }

  private static void grant(ScriptedLink link) {
    link.send(Opcode.ATTACHED, ScriptedServer.attached()::encode);
  }

  private static void grantAfterStop(ScriptedLink link, UUID endedClean) {
    link.send(Opcode.ATTACHED, ScriptedServer.attached().withCleanPredecessor(endedClean)::encode);
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
    assertEquals(1, LeftBehind.files(directory).size());
    close(session, link, Status.OK);
    assertNoTrace();
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
    assertEquals(
        new Predecessor(List.of(own), ScriptedServer.IDENTITY, false, null), predecessor());
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
              session.handOver();
              return null;
            });
    answerFlush(link, Status.OK);
    end(leaving);
    assertEquals(
        new Predecessor(List.of(own), ScriptedServer.IDENTITY, false, null), predecessor());
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
    assertNoTrace();
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
        new Predecessor(List.of(FORMER), ScriptedServer.IDENTITY, true, new UUID(99, 99)),
        predecessor(),
        "the next attempt has to hear of it, too");
  }

  @Test
  void shouldMissNothingIfAPlannedStopMadeAPredecessorsWritesDurable() throws Exception {
    leaveBehind(true, new UUID(99, 99));
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    link.takeAttach();
    grantAfterStop(link, new UUID(99, 99));
    answerFlush(link, Status.OK);
    close(end(opening), link, Status.OK);
    assertNoTrace();
  }

  @Test
  void shouldNotTakeThePlannedStopOfAnotherLifetimeForThatOfItsPredecessors() throws Exception {
    leaveBehind(true, new UUID(99, 99));
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    link.takeAttach();
    grantAfterStop(link, new UUID(99, 98));
    answerFlush(link, Status.OK);
    answerDetach(link);
    assertInstanceOf(LostWritesException.class, failure(opening));
    assertTrue(predecessor().unflushed());
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
    assertNoTrace();
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
    assertNoTrace();
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
    assertEquals(FORMER, predecessor().sessions().getFirst());
  }

  private static void refuse(ScriptedLink link, RefusalCode code, UUID store)
      throws InterruptedException {
    link.send(Opcode.REFUSED, Refused.of(code, "says the test", store)::encode);
    link.awaitEnd();
  }

  private void closeAfterTheFirstFlush(FutureTask<AttachedSession> opening, ScriptedLink link)
      throws Exception {
    grant(link);
    answerFlush(link, Status.OK);
    close(end(opening), link, Status.OK);
  }

  @Test
  void shouldHaveItsSessionInTheFileBeforeItIsSent() throws Exception {
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    Attach attach = link.takeAttach();
    assertEquals(new Predecessor(List.of(attach.session()), null, false, null), predecessor());
    refuse(link, RefusalCode.NOT_ALLOWED, null);
    failure(opening);
    assertNoTrace();
  }

  @Test
  void shouldKeepASessionThatMayHaveBeenGranted() throws Exception {
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    UUID session = link.takeAttach().session();
    link.cut();
    failure(opening);
    assertEquals(List.of(session), predecessor().sessions());
    FutureTask<AttachedSession> again = open(false);
    ScriptedLink second = server.accept();
    assertEquals(session, second.takeAttach().predecessor());
    closeAfterTheFirstFlush(again, second);
    assertNoTrace();
  }

  @Test
  void shouldNameTheSessionWhoseAttachWasUnderWayIfTheOneBeforeHasNoLease() throws Exception {
    leaveBehind(false, VERIFIER);
    UUID underWay = new UUID(51, 52);
    LeftBehind.inTheAttach(directory, target, underWay);
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink first = server.accept();
    assertEquals(FORMER, first.takeAttach().predecessor());
    refuse(first, RefusalCode.BUSY, ScriptedServer.IDENTITY);
    ScriptedLink second = server.accept();
    assertEquals(underWay, second.takeAttach().predecessor());
    closeAfterTheFirstFlush(opening, second);
    assertNoTrace();
  }

  @Test
  void shouldFindThePredecessorOfAServerThatHasMoved() throws Exception {
    AttachTarget before = new AttachTarget("disk", List.of("elsewhere:7777"));
    LeftBehind.by(directory, before, FORMER, ScriptedServer.IDENTITY, true, VERIFIER);
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink first = server.accept();
    Attach stranger = first.takeAttach();
    assertEquals(Attach.NO_SESSION, stranger.predecessor(), "a secret for a server not known yet");
    assertNull(stranger.pinnedIdentity());
    refuse(first, RefusalCode.BUSY, ScriptedServer.IDENTITY);
    ScriptedLink second = server.accept();
    Attach successor = second.takeAttach();
    assertEquals(FORMER, successor.predecessor());
    assertEquals(ScriptedServer.IDENTITY, successor.pinnedIdentity());
    closeAfterTheFirstFlush(opening, second);
    assertNoTrace();
  }

  @Test
  void shouldNotNameAPredecessorToAServerOfAnotherStore() throws Exception {
    AttachTarget before = new AttachTarget("disk", List.of("elsewhere:7777"));
    LeftBehind.by(directory, before, FORMER, new UUID(8, 8), true, VERIFIER);
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    assertEquals(Attach.NO_SESSION, link.takeAttach().predecessor());
    refuse(link, RefusalCode.BUSY, ScriptedServer.IDENTITY);
    failure(opening);
    assertEquals(FORMER, predecessor().sessions().getFirst());
  }

  /**
   * Its lease has ended, by a take-over for instance, but its writes are nobody else's business.
   */
  @Test
  void shouldAnswerForThePredecessorOfAStoreThatWasGrantedAtOnce() throws Exception {
    AttachTarget before = new AttachTarget("disk", List.of("elsewhere:7777"));
    LeftBehind.by(directory, before, FORMER, ScriptedServer.IDENTITY, true, new UUID(99, 99));
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    link.takeAttach();
    grant(link);
    answerFlush(link, Status.OK);
    answerDetach(link);
    assertInstanceOf(LostWritesException.class, failure(opening));
    assertTrue(predecessor().unflushed());
    FutureTask<AttachedSession> accepting = open(true);
    ScriptedLink second = server.accept();
    second.takeAttach();
    closeAfterTheFirstFlush(accepting, second);
    assertNoTrace();
  }

  private static void grant(ScriptedLink link, long freshness) {
    link.send(Opcode.ATTACHED, ScriptedServer.attached().withFreshness(freshness)::encode);
  }

  @Test
  void shouldRememberForASuccessorHowFreshTheStoreWas() throws Exception {
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    assertEquals(0, link.takeAttach().knownFreshness());
    grant(link, 41);
    answerFlush(link, Status.OK);
    AttachedSession session = end(opening);
    FutureTask<Void> leaving =
        later(
            () -> {
              session.handOver();
              return null;
            });
    link.send(Opcode.NOTICE, new Notice.Freshness(42)::encode);
    answerFlush(link, Status.OK);
    end(leaving);
    assertEquals(List.of(42L), LeftBehind.freshness(directory));
    FutureTask<AttachedSession> successor = open(false);
    ScriptedLink second = server.accept();
    assertEquals(42, second.takeAttach().knownFreshness());
    refuse(second, RefusalCode.STORE_ROLLED_BACK, null);
    LinkException refused = assertInstanceOf(LinkException.class, failure(successor).getCause());
    assertEquals(RefusalCode.STORE_ROLLED_BACK, refused.failure().refusal());
    assertEquals(List.of(42L), LeftBehind.freshness(directory));
  }

  /** Its store had no lease yet in the earlier state, so that nothing else would be noticed. */
  @Test
  void shouldNoticeThatAStoreWasSetBackAndMoved() throws Exception {
    AttachTarget before = new AttachTarget("disk", List.of("elsewhere:7777"));
    LeftBehind.fresh(directory, before, FORMER, ScriptedServer.IDENTITY, 6);
    for (int told = 6; told < 9; told++) { // each attach makes it fresher by one
      FutureTask<AttachedSession> opening = open(false);
      ScriptedLink link = server.accept();
      assertEquals(0, link.takeAttach().knownFreshness());
      grant(link, told);
      answerDetach(link);
      Throwable refusal = failure(opening);
      assertInstanceOf(StoreRolledBackException.class, refusal);
      assertTrue(refusal.getMessage().contains("dstd adopt disk"), refusal.getMessage());
      assertEquals(FORMER, predecessor().sessions().getFirst());
    }
    FutureTask<AttachedSession> adopted = open(false);
    ScriptedLink link = server.accept();
    link.takeAttach();
    grant(link, 1000);
    answerFlush(link, Status.OK);
    close(end(adopted), link, Status.OK);
    assertNoTrace();
  }

  @Test
  void shouldSayWhatIsGivenUpWithAnotherStoreAndForgetItWhenThatIsAccepted() throws Exception {
    UUID now = new UUID(8, 8);
    leaveBehind(true, VERIFIER);
    FutureTask<AttachedSession> refused = open(false);
    ScriptedLink first = server.accept();
    first.takeAttach();
    refuse(first, RefusalCode.IDENTITY, now);
    Throwable refusal = failure(refused);
    assertInstanceOf(WrongStoreException.class, refusal);
    assertTrue(refusal.getMessage().contains("--accept-other-store"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("unflushed writes"), refusal.getMessage());
    assertEquals(List.of(FORMER), predecessor().sessions());

    FutureTask<AttachedSession> opening = open(new StateOptions(directory, false, true));
    ScriptedLink second = server.accept();
    second.takeAttach();
    refuse(second, RefusalCode.IDENTITY, now);
    ScriptedLink third = server.accept();
    Attach attach = third.takeAttach();
    assertEquals(Attach.NO_SESSION, attach.predecessor(), "the former store's secret");
    assertEquals(now, attach.pinnedIdentity());
    assertEquals(2, LeftBehind.files(directory).size(), "the former one stays until the grant");
    third.send(Opcode.ATTACHED, ScriptedServer.attached(now, 64 << 20, 64)::encode);
    answerFlush(third, Status.OK);
    AttachedSession session = end(opening);
    assertEquals(now, predecessor().identity());
    close(session, third, Status.OK);
    assertNoTrace();
  }

  @Test
  void shouldKeepTheFormerStoreIfTheOtherOneIsNotGranted() throws Exception {
    leaveBehind(true, VERIFIER);
    FutureTask<AttachedSession> opening = open(new StateOptions(directory, false, true));
    ScriptedLink first = server.accept();
    first.takeAttach();
    refuse(first, RefusalCode.IDENTITY, new UUID(8, 8));
    ScriptedLink second = server.accept();
    second.takeAttach();
    refuse(second, RefusalCode.BUSY, new UUID(8, 8));
    failure(opening);
    assertEquals(ScriptedServer.IDENTITY, predecessor().identity());
    assertEquals(List.of(FORMER), predecessor().sessions());
  }

  /**
   * Without the server's word the lease may still be there, and only the file proves whose it is.
   */
  @Test
  void shouldKeepTheFileIfTheDetachIsNotConfirmed() throws Exception {
    FutureTask<AttachedSession> opening = open(false);
    ScriptedLink link = server.accept();
    UUID own = link.takeAttach().session();
    grant(link);
    answerFlush(link, Status.OK);
    AttachedSession session = end(opening);
    FutureTask<DetachOutcome> leaving = later(session::leave);
    answerFlush(link, Status.OK);
    assertEquals(Opcode.DETACH, link.next().opcode());
    link.cut();
    assertEquals(DetachOutcome.LEASE_KEPT, end(leaving));
    assertEquals(List.of(own), predecessor().sessions());
  }
}
