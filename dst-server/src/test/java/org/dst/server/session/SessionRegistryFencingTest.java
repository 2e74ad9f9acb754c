package org.dst.server.session;

import static org.dst.server.session.RegistrySetup.reader;
import static org.dst.server.session.RegistrySetup.writer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who has to wait for whom: nothing is granted while something of a predecessor runs. */
@Timeout(20)
class SessionRegistryFencingTest {
  private RegistrySetup setup;

  @BeforeEach
  void open() throws StoreException {
    setup = new RegistrySetup();
  }

  @AfterEach
  void close() {
    setup.close();
  }

  @Test
  void shouldFenceTheOlderLinkAndAnswerTheNewOneOnlyWhenTheLaneIsIdle() {
    TestLink old = setup.link(writer(1));
    TestLink next = setup.link(writer(1).generation(2));
    assertEquals(1, old.fences.size());
    assertNull(next.granted, "granted while the old link's requests run");
    old.end(setup.registry);
    assertSame(old.granted, next.granted);
    assertEquals(List.of(), next.fences);
  }

  @Test
  void shouldRefuseAGenerationThatIsNotHigher() {
    TestLink link = setup.link(writer(1).generation(7));
    assertEquals(RefusalCode.STALE, setup.link(writer(1).generation(7)).refusal);
    assertEquals(RefusalCode.STALE, setup.link(writer(1).generation(6)).refusal);
    assertEquals(List.of(), link.fences);
    link.end(setup.registry);
    assertEquals(RefusalCode.STALE, setup.link(writer(1).generation(7)).refusal, "after its end");
  }

  @Test
  void shouldGrantOnlyTheNewestOfTheLinksThatWait() {
    TestLink old = setup.link(writer(1));
    TestLink second = setup.link(writer(1).generation(2));
    TestLink third = setup.link(writer(1).generation(3));
    assertEquals(RefusalCode.STALE, second.refusal);
    old.end(setup.registry);
    assertNotNull(third.granted);
  }

  @Test
  void shouldGrantTheLaneToNobodyWhenTheOneThatWaitedHasGone() {
    TestLink old = setup.link(writer(1));
    TestLink waiting = setup.link(writer(1).generation(2));
    waiting.withdraw(setup.registry);
    old.end(setup.registry);
    assertNull(waiting.granted);
    assertNotNull(setup.link(writer(1).generation(3)).granted);
  }

  @Test
  void shouldFenceOnlyTheLaneThatIsAttachedAgain() {
    TestLink first = setup.link(writer(1).lane(0, 2));
    TestLink second = setup.link(writer(1).lane(1, 2));
    setup.link(writer(1).lane(1, 2).generation(2));
    assertEquals(List.of(), first.fences);
    assertEquals(1, second.fences.size());
  }

  @Test
  void shouldTakeOverOnlyAfterEveryLaneOfTheHolderIsIdle() {
    TestLink first = setup.link(writer(1).lane(0, 2));
    TestLink second = setup.link(writer(1).lane(1, 2));
    TestLink heir = setup.link(writer(2).takingOver());
    assertEquals(1, first.fences.size());
    assertEquals(1, second.fences.size());
    first.end(setup.registry);
    assertNull(heir.granted);
    second.end(setup.registry);
    assertNotNull(heir.granted);
    assertNotSame(first.granted, heir.granted);
  }

  @Test
  void shouldRefuseWhoWaitedInASessionThatIsTakenOver() {
    TestLink holder = setup.link(writer(1));
    TestLink waiting = setup.link(writer(1).generation(2));
    TestLink heir = setup.link(writer(2).takingOver());
    assertEquals(RefusalCode.DEPOSED, waiting.refusal);
    holder.end(setup.registry);
    assertNotNull(heir.granted);
  }

  @Test
  void shouldNotTakeOverFromReaders() {
    TestLink reading = setup.link(reader(1));
    assertNotNull(setup.link(writer(2).takingOver()).granted);
    assertEquals(List.of(), reading.fences);
  }

  @Test
  void shouldTakeOverOnlyOnAFirstAttach() {
    setup.link(writer(1));
    assertEquals(RefusalCode.DEPOSED, setup.link(writer(2).takingOver().epoch(3)).refusal);
  }

  @Test
  void shouldWaitForTheFirstHolderWhenAnHeirIsTakenOverBeforeItWasGranted() {
    TestLink first = setup.link(writer(1));
    TestLink second = setup.link(writer(2).takingOver());
    TestLink third = setup.link(writer(3).takingOver());
    assertEquals(RefusalCode.DEPOSED, second.refusal);
    assertNull(third.granted, "granted while the first holder's requests run");
    first.end(setup.registry);
    assertNotNull(third.granted);
  }

  @Test
  void shouldWaitForTheFirstHolderWhenTheHeirDisappears() {
    TestLink first = setup.link(writer(1));
    setup.link(writer(2).takingOver()).withdraw(setup.registry);
    assertEquals(RefusalCode.BUSY, setup.link(writer(3)).refusal, "the heir has the lease");
    TestLink third = setup.link(writer(3).takingOver());
    assertNull(third.refusal);
    assertNull(third.granted, "granted while the first holder's requests run");
    first.end(setup.registry);
    assertNotNull(third.granted);
  }

  @Test
  void shouldAdmitANewSessionOnlyAfterTheOldOneHasLeft() {
    TestLink old = setup.link(writer(1));
    assertEquals(RefusalCode.BUSY, setup.link(writer(2)).refusal);
    old.end(setup.registry);
    assertEquals(RefusalCode.BUSY, setup.link(writer(3)).refusal, "the lease outlives the link");
    TestLink back = setup.link(writer(1).generation(2).epoch(1));
    assertSame(old.granted, back.granted);
    assertTrue(back.leave(setup.registry));
    TestLink next = setup.link(writer(4));
    assertNotNull(next.granted);
    assertNotSame(old.granted, next.granted);
  }
}
