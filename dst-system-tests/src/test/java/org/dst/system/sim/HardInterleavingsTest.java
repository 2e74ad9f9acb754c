package org.dst.system.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.dst.client.lane.ClientCounter;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.lane.ServerCounter;
import org.junit.jupiter.api.Test;

/** Orders of events that are easy to get wrong, one deterministic test each. */
class HardInterleavingsTest {
  private static final int BLOCK = 3;

  private Script script(int lanes) {
    Script script = new Script(lanes);
    script.store.cruel();
    return script;
  }

  private static long counted(Script script, ClientCounter counter) {
    return script.world.counters().get(counter);
  }

  @Test
  void shouldNotReplayALoggedWriteOverANewerFuaWrite() {
    Script script = script(1);
    Script.Client client = script.attach();
    client.mustWrite(BLOCK, 1);
    assertEquals(Status.OK, script.await(client.write(RequestFlags.FUA, BLOCK, 2)));
    script.powerFails();
    assertEquals(2, client.mustRead(BLOCK));
    client.mustFlush();
    assertEquals(2, script.store.durableValue(BLOCK));
  }

  @Test
  void shouldRepeatAWriteThatWasDoneButNotAcknowledgedWhenASyncFailed() {
    Script script = script(2);
    Script.Client client = script.attach();
    script.loseReplies();
    Script.Pending write = client.write(BLOCK, 1);
    script.until(() -> script.store.lastPut(BLOCK, 1) > 0);
    script.store.failSyncs(1);
    Script.Pending flush = client.flush();
    script.until(() -> script.server.counters().get(ServerCounter.FAILED_SYNCS) == 1);
    script.loseNothing();
    assertEquals(Status.OK, script.await(write));
    assertEquals(Status.OK, script.await(flush));
    client.mustFlush();
    script.powerFails();
    assertEquals(1, client.mustRead(BLOCK));
  }

  @Test
  void shouldNotTellOneLaneOfSuccessWhenTheOtherOnesSyncTookTheError() {
    Script script = script(2);
    Script.Client client = script.attach();
    client.mustWrite(BLOCK, 1);
    client.mustWrite(Script.OTHER_LANE, 2);
    script.store.failSyncs(1);
    Script.Pending one = client.flush();
    Script.Pending other = client.flush();
    assertEquals(Status.OK, script.await(one));
    assertEquals(Status.OK, script.await(other));
    script.powerFails();
    assertEquals(1, script.store.durableValue(BLOCK));
    assertEquals(2, script.store.durableValue(Script.OTHER_LANE));
    assertEquals(2, counted(script, ClientCounter.REPLAYED_WRITES));
  }

  @Test
  void shouldTellOfASyncThatFailsAgainAfterTheReplay() {
    Script script = script(1);
    Script.Client client = script.attach();
    client.mustWrite(BLOCK, 1);
    script.store.failSyncs(2);
    assertEquals(Status.IO_ERROR, script.await(client.flush()));
    client.mustFlush();
    assertEquals(1, script.store.durableValue(BLOCK));
  }

  @Test
  void shouldBeginAReplayAnewWhenASecondVerifierCutsIt() {
    Script script = script(1);
    Script.Client client = script.attach();
    for (int block = 0; block < SimStore.USED; block++) {
      client.mustWrite(block, 100 + block);
    }
    script.powerFails();
    long before = script.store.putCount();
    script.stallNextWrite(0);
    script.faults.stall(Opcode.WRITE, TimeUnit.SECONDS.toNanos(1));
    script.until(() -> script.store.putCount() > before);
    assertTrue(script.store.putCount() < before + SimStore.USED);
    script.powerFails();
    client.mustFlush();
    for (int block = 0; block < SimStore.USED; block++) {
      assertEquals(100 + block, script.store.durableValue(block));
    }
    assertEquals(2, counted(script, ClientCounter.REPLAYS));
  }

  @Test
  void shouldThrowAwayAnAcknowledgementThatArrivesFromTheOldVerifier() {
    Script script = script(1);
    Script.Client client = script.attach();
    client.mustWrite(BLOCK, 1);
    Script.Pending write = client.write(BLOCK, 2);
    script.until(() -> script.store.lastPut(BLOCK, 2) > 0);
    assertFalse(write.isDone());
    script.powerFails(); // the reply may be on its way: what counts is that the change is not lost
    assertEquals(Status.OK, script.await(write));
    client.mustFlush();
    assertEquals(2, script.store.durableValue(BLOCK));
  }

  @Test
  void shouldNotEmptyTheLogByAFlushThatTheOldVerifierAnswered() {
    Script script = script(2);
    Script.Client client = script.attach();
    client.mustWrite(Script.OTHER_LANE, 1);
    script.loseReplies();
    Script.Pending flush = client.flush();
    script.pass(100);
    script.loseNothing();
    client.mustWrite(Script.OTHER_LANE + 1, 2); // acknowledged after the flush was first sent
    script.until(flush::isDone); // by a resend, answered from the window
    assertEquals(Status.OK, flush.status());
    script.powerFails();
    assertEquals(2, client.mustRead(Script.OTHER_LANE + 1));
  }

  @Test
  void shouldHoldARewriteBackWhileAFailedWriteMayStillHappen() {
    Script script = script(1).giveUpAfter(2);
    Script.Client client = script.attach();
    script.stallNextWrite(10_000);
    assertEquals(Status.IO_ERROR, script.await(client.write(BLOCK, 1)));
    assertEquals(0, script.store.lastPut(BLOCK, 1));
    Script.Pending rewrite = client.write(BLOCK, 2);
    script.until(() -> script.store.lastPut(BLOCK, 1) > 0);
    assertFalse(rewrite.isDone() && rewrite.status() == Status.OK);
    if (script.await(rewrite) == Status.OK) {
      assertEquals(2, client.mustRead(BLOCK));
    }
    client.mustWrite(BLOCK, 3);
    script.pass(20_000);
    assertEquals(3, client.mustRead(BLOCK));
  }

  @Test
  void shouldRefuseAHolderThatReturnsAfterItsLeasePassedOn() {
    Script script = script(1);
    Script.Client old = script.attach();
    old.mustWrite(BLOCK, 1);
    old.mute();
    Script.Pending late = old.write(BLOCK, 2);
    Script.Client successor = script.attach(script.journal(), true);
    successor.mustWrite(BLOCK, 3);
    script.until(() -> old.process.isDeposed());
    script.pass(10_000);
    assertNotEquals(Status.OK, late.status());
    assertEquals(3, successor.mustRead(BLOCK));
  }

  @Test
  void shouldRefuseAHolderThatReturnsAfterItsSuccessorHasDetached() {
    Script script = script(1);
    Script.Client old = script.attach();
    script.faults.lose(frame -> false);
    Script.Client successor = script.attach(script.journal(), true);
    successor.mustWrite(BLOCK, 3);
    successor.mustFlush();
    Script.Pending late = old.write(BLOCK, 2);
    successor.process.detach();
    script.pass(1000);
    successor.process.kill();
    script.pass(10_000);
    assertEquals(RefusalCode.DEPOSED, old.process.lastRefusal());
    assertNotEquals(Status.OK, late.status());
    assertEquals(3, script.attach().mustRead(BLOCK));
  }

  @Test
  void shouldRefuseAHolderThatReturnsAfterTheServerHasRestarted() {
    Script script = script(1);
    Script.Client old = script.attach();
    old.mute();
    Script.Pending late = old.write(BLOCK, 2);
    Script.Client successor = script.attach(script.journal(), true);
    successor.mustWrite(BLOCK, 3);
    script.powerFails();
    script.until(() -> old.process.isDeposed());
    script.pass(10_000);
    assertNotEquals(Status.OK, late.status());
    assertEquals(3, successor.mustRead(BLOCK));
  }

  @Test
  void shouldAdmitANewSessionOnlyAfterTheOldOnesStalledWriteHasEnded() {
    Script script = script(1);
    Script.Client old = script.attach();
    script.stallNextWrite(15_000);
    old.write(BLOCK, 1);
    script.pass(10);
    Script.Client successor = script.start(script.journal(), true);
    script.pass(10_000);
    assertFalse(successor.isReady());
    assertEquals(0, script.store.lastPut(BLOCK, 1));
    script.until(successor::isReady);
    assertNotEquals(0, script.store.lastPut(BLOCK, 1));
    successor.mustWrite(BLOCK, 2);
    script.pass(20_000);
    assertEquals(2, successor.mustRead(BLOCK));
  }

  @Test
  void shouldMakeOverlappingWritesInTheOrderOfSubmissionWhateverGetsLost() {
    Script script = script(1);
    Script.Client client = script.attach();
    script.faults.lose(frame -> frame.opcode() == Opcode.WRITE);
    Script.Pending first = client.write(BLOCK, 1);
    script.pass(10);
    script.loseNothing();
    Script.Pending second = client.write(BLOCK, 2);
    script.pass(10);
    assertFalse(second.isDone()); // it would be acknowledged first, and then be overwritten
    assertEquals(Status.OK, script.await(first));
    assertEquals(Status.OK, script.await(second));
    script.powerFails();
    assertEquals(2, client.mustRead(BLOCK));
  }

  @Test
  void shouldNotAnswerAFlushByASyncThatWasRunningBefore() {
    Script script = script(1);
    Script.Client client = script.attach();
    client.mustWrite(BLOCK, 1);
    // a sync begins at once, has passed over the cache soon, and reports a second later
    script.faults.stall(Opcode.FLUSH, 0, 0, TimeUnit.SECONDS.toNanos(2));
    Script.Pending first = client.flush();
    script.until(() -> script.store.durableValue(BLOCK) == 1);
    assertFalse(first.isDone());
    client.mustWrite(BLOCK, 2);
    Script.Pending second = client.flush();
    assertEquals(Status.OK, script.await(second));
    assertEquals(2, script.store.durableValue(BLOCK));
    assertTrue(first.isDone());
  }

  @Test
  void shouldSayThatWritesAreLostWhenClientAndServerAreBothKilled() {
    Script script = script(2);
    SimClient.Journal journal = script.journal();
    Script.Client client = script.attach(journal, false);
    client.mustWrite(BLOCK, 1);
    client.process.kill();
    script.powerFails();
    Script.Client successor = script.attach(journal, false);
    assertFalse(successor.process.isCacheKept());
    assertEquals(0, successor.mustRead(BLOCK));
  }

  @Test
  void shouldLoseNothingWhenOnlyTheClientIsKilled() {
    Script script = script(2);
    SimClient.Journal journal = script.journal();
    Script.Client client = script.attach(journal, false);
    client.mustWrite(BLOCK, 1);
    client.process.kill();
    Script.Client successor = script.attach(journal, false);
    assertTrue(successor.process.isCacheKept());
    script.powerFails();
    assertEquals(1, successor.mustRead(BLOCK));
  }

  @Test
  void shouldLoseNothingWhenBothAreKilledAfterAFlush() {
    Script script = script(2);
    SimClient.Journal journal = script.journal();
    Script.Client client = script.attach(journal, false);
    client.mustWrite(BLOCK, 1);
    client.mustFlush();
    client.process.kill();
    script.powerFails();
    Script.Client successor = script.attach(journal, false);
    assertTrue(successor.process.isCacheKept());
    assertEquals(1, successor.mustRead(BLOCK));
  }

  @Test
  void shouldNeitherReadNorWriteAnOldCopyOfTheImage() {
    Script script = script(1);
    Script.Client client = script.attach();
    client.mustWrite(BLOCK, 1);
    SimStore copy = script.store.stranger(SimMedium.FILE.other(script.time.random()), true);
    script.server.crash(false);
    script.server.export().serve(copy);
    script.server.start();
    Script.Pending write = client.write(BLOCK, 2);
    Script.Pending read = client.read(BLOCK + 1);
    script.pass(20_000);
    assertFalse(write.isDone() || read.isDone());
    assertEquals(0, copy.putCount());
    assertEquals(RefusalCode.IDENTITY, client.process.lastRefusal());
    script.server.crash(false);
    script.server.export().serve(script.store);
    script.server.start();
    assertEquals(Status.OK, script.await(write));
    assertEquals(Status.OK, script.await(read));
    assertEquals(2, client.mustRead(BLOCK));
  }

  @Test
  void shouldWaitWhileTheStoreIsShrunkBelowLoggedWrites() {
    Script script = script(1);
    Script.Client client = script.attach();
    client.mustWrite(BLOCK, 1);
    script.store.shrink(true);
    script.powerFails();
    Script.Pending flush = client.flush();
    script.pass(20_000);
    assertFalse(flush.isDone());
    assertTrue(counted(script, ClientCounter.STRANGE_STORES) > 0);
    script.store.shrink(false);
    assertEquals(Status.OK, script.await(flush));
    assertEquals(1, script.store.durableValue(BLOCK));
  }

  @Test
  void shouldFailFlushesAndReadsWhileAReplayDoesNotFitAndThenCatchUp() {
    Script script = script(1);
    Script.Client client = script.attach();
    client.mustWrite(BLOCK, 1);
    script.store.full(true);
    script.powerFails();
    assertEquals(Status.IO_ERROR, script.await(client.flush()));
    assertEquals(Status.IO_ERROR, script.await(client.read(BLOCK)));
    assertEquals(0, client.mustRead(BLOCK + 1));
    script.store.full(false);
    client.mustFlush();
    assertEquals(1, script.store.durableValue(BLOCK));
    assertEquals(1, client.mustRead(BLOCK));
  }

  @Test
  void shouldExecuteAWriteOnceThatIsSentAgainWhileItRuns() {
    Script script = script(1);
    Script.Client client = script.attach();
    script.stallNextWrite(5_000);
    Script.Pending write = client.write(BLOCK, 1);
    script.pass(3_000);
    client.disconnect();
    assertEquals(Status.OK, script.await(write));
    assertTrue(counted(script, ClientCounter.RESENDS) >= 3);
    assertEquals(1, script.store.putCount());
  }
}
