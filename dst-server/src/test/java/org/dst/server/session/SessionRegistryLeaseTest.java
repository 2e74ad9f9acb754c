package org.dst.server.session;

import static org.dst.server.session.RegistrySetup.reader;
import static org.dst.server.session.RegistrySetup.writer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.lane.ServerCounter;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may write, and that nobody who may not any more ever does. */
@Timeout(20)
class SessionRegistryLeaseTest {
  private RegistrySetup setup;

  @BeforeEach
  void open() throws StoreException {
    setup = new RegistrySetup();
  }

  @AfterEach
  void close() {
    setup.close();
  }

  private static void assertDeposed(TestLink link) {
    assertEquals(RefusalCode.DEPOSED, link.refusal, link.text);
  }

  @Test
  void shouldGiveEveryHolderAHigherEpoch() {
    TestLink first = setup.link(writer(1));
    assertEquals(1, first.answer.leaseEpoch());
    first.leave(setup.registry);
    TestLink second = setup.link(writer(2));
    assertEquals(2, second.answer.leaseEpoch());
    TestLink third = setup.link(writer(3).takingOver());
    second.end(setup.registry);
    assertEquals(3, third.answer.leaseEpoch());
    assertEquals(3, setup.counters.get(ServerCounter.LEASES));
  }

  @Test
  void shouldGiveReadersNoLease() {
    assertEquals(0, setup.link(reader(1)).answer.leaseEpoch());
    assertEquals(List.of(), setup.kept);
    assertEquals(1, setup.link(writer(2)).answer.leaseEpoch());
  }

  @Test
  void shouldAnswerNobodyBeforeTheLeaseIsDurable() {
    setup.slowToSave = true;
    TestLink link = setup.link(writer(1));
    TestLink reading = setup.link(reader(2));
    assertNull(link.granted);
    assertNotNull(reading.granted, "readers need no lease");
    setup.saved(null);
    assertNotNull(link.granted);
    assertEquals(1, setup.kept.getLast().epoch());
    assertTrue(setup.kept.getLast().isHeldBy(link.session(), link.peer()));
  }

  @Test
  void shouldNotKeepTheSecretSessionId() {
    TestLink link = setup.link(writer(1));
    assertFalse(setup.kept.getLast().toString().contains(link.session().toString()));
  }

  @Test
  void shouldRefuseWhenTheLeaseCannotBeKept() {
    setup.slowToSave = true;
    TestLink link = setup.link(writer(1));
    setup.saved("disk full");
    assertEquals(RefusalCode.UNAVAILABLE, link.refusal);
    assertTrue(link.text.contains("disk full"), link.text);
    setup.slowToSave = false;
    TestLink next = setup.link(writer(2));
    assertEquals(2, next.answer.leaseEpoch(), "an epoch is never used twice");
  }

  @Test
  void shouldRefuseAllLanesWhenTheLeaseCannotBeKept() {
    setup.slowToSave = true;
    TestLink first = setup.link(writer(1).lane(0, 2));
    TestLink second = setup.link(writer(1).lane(1, 2));
    setup.saved("disk full");
    assertEquals(RefusalCode.UNAVAILABLE, first.refusal);
    assertEquals(RefusalCode.UNAVAILABLE, second.refusal);
  }

  @Test
  void shouldStillWaitForAFormerHolderWhoseHeirWasNotAdmitted() {
    TestLink former = setup.link(writer(1));
    setup.slowToSave = true;
    TestLink heir = setup.link(writer(2).takingOver());
    setup.saved("disk full");
    assertEquals(RefusalCode.UNAVAILABLE, heir.refusal);
    setup.slowToSave = false;
    assertEquals(RefusalCode.BUSY, setup.link(RegistrySetup.sharer(3)).refusal);
    TestLink next = setup.link(writer(4));
    assertNull(next.granted, "granted while the former holder's requests run");
    former.end(setup.registry);
    assertNotNull(next.granted);
  }

  @Test
  void shouldLetTheHolderComeBackWithItsEpoch() {
    TestLink first = setup.link(writer(1));
    first.end(setup.registry);
    TestLink back = setup.link(writer(1).generation(2).epoch(1));
    assertSame(first.granted, back.granted);
    assertEquals(1, back.answer.leaseEpoch());
    assertEquals(1, setup.kept.size(), "nothing new was to be kept");
  }

  @Test
  void shouldLetTheHolderComeBackAfterARestart() {
    setup.link(writer(1));
    setup.restart();
    assertEquals(RefusalCode.BUSY, setup.link(writer(2)).refusal);
    TestLink back = setup.link(writer(1).generation(7).epoch(1));
    assertEquals(1, back.answer.leaseEpoch());
    assertEquals(setup.verifier, back.answer.verifier());
  }

  @Test
  void shouldTakeARetryOfTheFirstAttachForOne() {
    TestLink first = setup.link(writer(1)); // its answer is lost
    TestLink second = setup.link(writer(1).generation(2));
    first.end(setup.registry);
    assertEquals(1, second.answer.leaseEpoch());
    setup.restart();
    assertEquals(1, setup.link(writer(1).generation(3)).answer.leaseEpoch());
  }

  @Test
  void shouldRefuseAStaleHolderForGood() {
    setup.link(writer(1)).end(setup.registry);
    TestLink heir = setup.link(writer(2).takingOver());
    TestLink late = setup.link(writer(1).generation(2).epoch(1));
    assertDeposed(late);
    assertEquals(
        "lease 1 of export 'disk' has ended; lease 2 was granted to 'client-2' at"
            + " 2026-03-04T05:06:07Z",
        late.text);
    heir.leave(setup.registry);
    assertDeposed(setup.link(writer(1).generation(3).epoch(1)));
    setup.restart();
    assertDeposed(setup.link(writer(1).generation(4).epoch(1)));
    assertDeposed(setup.link(writer(1).generation(5).epoch(1).takingOver()));
    assertDeposed(setup.link(writer(2).generation(6).epoch(2)));
  }

  @Test
  void shouldRefuseAnEpochThatNeverWas() {
    assertDeposed(setup.link(writer(1).epoch(5)));
    setup.link(writer(1));
    assertDeposed(setup.link(writer(1).generation(2).epoch(2)));
    assertDeposed(setup.link(writer(1).generation(2).epoch(-1)));
    setup.restart();
    assertDeposed(setup.link(writer(1).generation(2).epoch(2)));
    assertNotNull(setup.link(writer(1).generation(2).epoch(1)).granted);
  }

  @Test
  void shouldGiveTheLeaseToTheSuccessorOfItsHolderOnceTheOldLinksAreGone() {
    TestLink old = setup.link(writer(1));
    TestLink successor = setup.link(writer(2).after(1));
    assertEquals(1, old.fences.size());
    assertNull(successor.granted);
    old.end(setup.registry);
    assertEquals(2, successor.answer.leaseEpoch());
    assertNotSame(old.granted, successor.granted);
    assertDeposed(setup.link(writer(1).generation(2).epoch(1)));
  }

  @Test
  void shouldKnowASuccessorAfterARestart() {
    setup.link(writer(1));
    setup.restart();
    assertEquals(RefusalCode.BUSY, setup.link(writer(3).after(2)).refusal);
    assertEquals(2, setup.link(writer(2).after(1)).answer.leaseEpoch());
  }

  @Test
  void shouldRefuseTheSuccessorOfSomebodyWhoHasLostTheLease() {
    setup.link(writer(1)).end(setup.registry);
    setup.link(writer(2).takingOver());
    assertEquals(RefusalCode.BUSY, setup.link(writer(3).after(1)).refusal);
  }

  @Test
  void shouldTakeNoSessionForTheOneThatStandsForNone() {
    RegistrySetup.Wish zero =
        new RegistrySetup.Wish(
            Attach.NO_SESSION, Attach.NO_SESSION, 0, 1, 1, writer(1).access(), false, 0);
    assertEquals(RefusalCode.INVALID, setup.link(zero).refusal);
    assertNotNull(setup.link(writer(1)).granted);
  }

  @Test
  void shouldTakeOverALeaseWhoseHolderIsAwayAndFenceItsReturn() {
    TestLink holder = setup.link(writer(1));
    holder.end(setup.registry);
    assertEquals(2, setup.link(writer(2).takingOver()).answer.leaseEpoch());
    assertDeposed(setup.link(writer(1).generation(2).epoch(1)));
    assertEquals(1, setup.counters.get(ServerCounter.LEASE_REFUSALS));
  }

  @Test
  void shouldNotTakeOverTwiceForLinksOfOneSession() {
    setup.link(writer(1)).end(setup.registry);
    TestLink first = setup.link(writer(2).takingOver().lane(0, 2));
    TestLink second = setup.link(writer(2).takingOver().lane(1, 2));
    assertEquals(2, first.answer.leaseEpoch());
    assertEquals(2, second.answer.leaseEpoch());
  }

  @Test
  void shouldGiveTheLeaseBackDurablyBeforeItSaysSo() {
    TestLink link = setup.link(writer(1));
    setup.slowToSave = true;
    boolean[] left = new boolean[1];
    setup.registry.detach(link.session(), 0, link, () -> left[0] = true);
    assertFalse(left[0]);
    setup.saved(null);
    assertTrue(left[0]);
    assertFalse(setup.kept.getLast().isHeld());
    assertEquals(1, setup.kept.getLast().epoch(), "the epoch is kept after a detach");
  }

  @Test
  void shouldSayThatAClientHasLeftAlsoIfThatCannotBeKept() {
    TestLink link = setup.link(writer(1));
    setup.slowToSave = true;
    boolean[] left = new boolean[1];
    setup.registry.detach(link.session(), 0, link, () -> left[0] = true);
    setup.saved("disk full");
    assertTrue(left[0]);
    setup.slowToSave = false;
    assertNotNull(setup.link(writer(2)).granted);
  }

  @Test
  void shouldGiveTheLeaseBackWithTheLastLaneOnly() {
    TestLink first = setup.link(writer(1).lane(0, 2));
    TestLink second = setup.link(writer(1).lane(1, 2));
    assertTrue(second.leave(setup.registry));
    assertEquals(RefusalCode.BUSY, setup.link(writer(2)).refusal);
    assertTrue(first.leave(setup.registry));
    assertNotNull(setup.link(writer(2)).granted);
  }

  @Test
  void shouldGrantALaneToTheLinkThatWaitsWhenTheOldOneLeaves() {
    TestLink old = setup.link(writer(1));
    TestLink next = setup.link(writer(1).generation(2).epoch(1));
    assertNull(next.granted);
    assertTrue(old.leave(setup.registry));
    assertSame(old.granted, next.granted);
    assertEquals(RefusalCode.BUSY, setup.link(writer(2)).refusal);
  }

  @Test
  void shouldNotGiveBackTheLeaseOfASuccessor() {
    TestLink old = setup.link(writer(1));
    TestLink heir = setup.link(writer(2).takingOver());
    assertTrue(old.leave(setup.registry), "it leaves what is not its own any more");
    old.end(setup.registry);
    assertNotNull(heir.granted);
    assertEquals(RefusalCode.BUSY, setup.link(writer(3)).refusal);
  }

  @Test
  void shouldCountAttachesAndRefusals() {
    setup.link(writer(1));
    setup.link(writer(2));
    setup.link(writer(1).generation(1));
    assertEquals(1, setup.counters.get(ServerCounter.ATTACHES));
    assertEquals(2, setup.counters.get(ServerCounter.REFUSALS));
    assertEquals(1, setup.counters.get(ServerCounter.LEASE_REFUSALS));
  }

  @Test
  void shouldFenceWhoeverKnowsAnOlderVerifierWhenASyncFails() {
    TestLink writing = setup.link(writer(1));
    TestLink reading = setup.link(reader(2));
    setup.verifier = new UUID(21, 2);
    TestLink late = setup.link(reader(3)); // is told the new one
    setup.registry.fenceAfterFailedSync(setup.verifier);
    setup.registry.fenceAfterFailedSync(setup.verifier);
    assertEquals(1, writing.fences.size());
    assertEquals(1, reading.fences.size());
    assertEquals(List.of(), late.fences);
    assertEquals(1, setup.counters.get(ServerCounter.FAILED_SYNCS));
    writing.end(setup.registry);
    TestLink back = setup.link(writer(1).generation(2).epoch(1));
    assertEquals(setup.verifier, back.answer.verifier());
  }
}
