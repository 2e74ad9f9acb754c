package org.dst.server.session;

import static org.dst.server.session.RegistrySetup.reader;
import static org.dst.server.session.RegistrySetup.sharer;
import static org.dst.server.session.RegistrySetup.writer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may attach. */
@Timeout(20)
class SessionRegistryTest {
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
  void shouldRefuseASecondWriterAndSayWhoHoldsTheExportSinceWhen() {
    assertNotNull(setup.link(writer(1)).granted);
    TestLink second = setup.link(writer(2));
    assertEquals(RefusalCode.BUSY, second.refusal);
    assertEquals(RegistrySetup.IDENTITY, second.toldStore);
    assertEquals(
        "export 'disk' is in use by 'client-1' since 2026-03-04T05:06:07Z;"
            + " --take-over evicts that client",
        second.text);
  }

  @Test
  void shouldGrantReadersBesideAWriter() {
    setup.link(writer(1));
    assertNotNull(setup.link(reader(2)).granted);
    assertNotNull(setup.link(reader(3)).granted);
  }

  @Test
  void shouldGrantSeveralThatShare() {
    assertNotNull(setup.link(sharer(1)).granted);
    assertNotNull(setup.link(sharer(2)).granted);
  }

  @Test
  void shouldGrantNoMoreAccessThanTheExportGives() {
    setup.most = Access.READ_ONLY;
    assertEquals(RefusalCode.NOT_ALLOWED, setup.link(writer(1)).refusal);
    assertEquals(RefusalCode.NOT_ALLOWED, setup.link(sharer(2)).refusal);
    assertNotNull(setup.link(reader(3)).granted);
    setup.most = Access.READ_WRITE;
    assertEquals(RefusalCode.NOT_ALLOWED, setup.link(sharer(4)).refusal);
    assertNotNull(setup.link(writer(5)).granted);
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    List<TestLink> links =
        List.of(
            setup.link(writer(1).lane(0, 0)),
            setup.link(writer(1).lane(0, RegistrySetup.MAX_LANES + 1)),
            setup.link(writer(1).lane(2, 2)),
            setup.link(writer(1).generation(0)),
            setup.link(writer(1).generation(-1)));
    links.forEach(link -> assertEquals(RefusalCode.INVALID, link.refusal, link.text));
    assertEquals(0, setup.lanesMade, "what is refused leaves nothing");
    assertNotNull(setup.link(writer(2)).granted);
  }

  @Test
  void shouldRefuseACriticalParameterThatItDoesNotKnow() {
    Extensions critical = Extensions.NONE.with(Extensions.CRITICAL | 99, new byte[0]);
    TestLink link = new TestLink().attach(setup.registry, writer(1).with(critical));
    assertEquals(RefusalCode.INVALID, link.refusal);
    Extensions other = Extensions.NONE.with(99, new byte[0]);
    assertNotNull(new TestLink().attach(setup.registry, writer(1).with(other)).granted);
  }

  @Test
  void shouldRefuseAClientThatHasPinnedAnotherStore() {
    byte[] own = ByteBuffer.allocate(16).putLong(11).putLong(12).array();
    byte[] other = ByteBuffer.allocate(16).putLong(11).putLong(13).array();
    TestLink stranger = pinning(other);
    assertEquals(RefusalCode.IDENTITY, stranger.refusal);
    assertEquals(RegistrySetup.IDENTITY, stranger.toldStore);
    assertTrue(stranger.text.contains(RegistrySetup.IDENTITY.toString()), stranger.text);
    for (byte[] malformed : new byte[][] {new byte[0], new byte[15]}) {
      TestLink link = pinning(malformed);
      assertEquals(RefusalCode.INVALID, link.refusal, link.text);
      assertNull(link.toldStore, "told with BUSY and IDENTITY only");
    }
    assertNotNull(pinning(own).granted);
  }

  private TestLink knowing(byte[] freshness) {
    Extensions known = Extensions.NONE.with(Attach.KNOWN_FRESHNESS, freshness);
    return new TestLink().attach(setup.registry, writer(1).with(known));
  }

  @Test
  void shouldRefuseAClientThatHasSeenTheStoreInALaterStateAndChangeNothing() {
    TestLink later = knowing(Attach.freshnessBytes(setup.freshness + 1));
    assertEquals(RefusalCode.STORE_ROLLED_BACK, later.refusal);
    assertTrue(later.text.contains("its freshness is 7, and this client has known 8"), later.text);
    assertTrue(later.text.contains("'dstd adopt disk'"), later.text);
    assertNull(later.toldStore);
    assertEquals(List.of(), setup.kept, "a lease would make the store fresher");
    assertEquals(RefusalCode.INVALID, knowing(new byte[7]).refusal);
    assertNotNull(knowing(Attach.freshnessBytes(setup.freshness)).granted);
  }

  /** Its lease is one that the earlier state does not know, and it must not be deposed for that. */
  @Test
  void shouldLookWhetherTheStoreWasSetBackBeforeItLooksAtLeases() {
    Extensions known =
        Extensions.NONE.with(Attach.KNOWN_FRESHNESS, Attach.freshnessBytes(setup.freshness + 1));
    TestLink holder = new TestLink().attach(setup.registry, writer(1).epoch(5).with(known));
    assertEquals(RefusalCode.STORE_ROLLED_BACK, holder.refusal);
  }

  private TestLink pinning(byte[] identity) {
    Extensions pinned = Extensions.NONE.with(Attach.PINNED_IDENTITY, identity);
    return new TestLink().attach(setup.registry, writer(1).with(pinned));
  }

  @Test
  void shouldGiveEachLaneOfASessionToALinkOfItsOwn() {
    TestLink first = setup.link(writer(1).lane(0, 2));
    TestLink second = setup.link(writer(1).lane(1, 2));
    assertNotNull(first.granted);
    assertNotNull(second.granted);
    assertNotSame(first.granted, second.granted);
  }

  @Test
  void shouldRefuseALinkThatDescribesItsSessionInAnotherWay() {
    setup.link(writer(1).lane(0, 2));
    assertEquals(RefusalCode.INVALID, setup.link(writer(1).lane(1, 3)).refusal);
    TestLink reading = setup.link(writer(1).lane(1, 2).access(Access.READ_ONLY));
    assertEquals(RefusalCode.INVALID, reading.refusal);
  }

  @Test
  void shouldForgetASessionThatDetached() {
    TestLink link = setup.link(writer(1).generation(5));
    assertTrue(link.leave(setup.registry));
    TestLink again = setup.link(writer(1).generation(1));
    assertNotNull(again.granted, "generations start over");
    assertNotSame(link.granted, again.granted);
  }

  @Test
  void shouldKeepASessionOfWhichOnlyOneLaneDetached() {
    TestLink first = setup.link(writer(1).lane(0, 2));
    setup.link(writer(1).lane(1, 2));
    assertTrue(first.leave(setup.registry));
    assertEquals(RefusalCode.BUSY, setup.link(writer(2)).refusal);
  }

  @Test
  void shouldRememberASessionWhoseLinkBroke() {
    TestLink link = setup.link(writer(1));
    link.end(setup.registry);
    TestLink again = setup.link(writer(1).generation(2));
    assertSame(link.granted, again.granted, "the lane with its window");
  }

  @Test
  void shouldRememberABoundedNumberOfReadersAndTheWriterForAllOfThem() {
    TestLink writing = setup.link(writer(0));
    writing.end(setup.registry);
    List<TestLink> links = new ArrayList<>();
    for (int i = 1; i <= 1000; i++) {
      TestLink link = setup.link(reader(i));
      link.end(setup.registry);
      links.add(link);
    }
    int remembered = 0;
    for (TestLink link : links) {
      remembered +=
          setup.link(reader((int) link.session().getLeastSignificantBits())).refusal
                  == RefusalCode.STALE
              ? 1
              : 0;
    }
    assertTrue(remembered <= 64, remembered + " readers are remembered");
    assertSame(writing.granted, setup.link(writer(0).generation(2)).granted);
  }

  @Test
  void shouldKnowNothingOfSessionsThatNeverWere() {
    TestLink stranger = new TestLink();
    stranger.attach = writer(9).attach();
    stranger.end(setup.registry);
    stranger.withdraw(setup.registry);
    assertTrue(stranger.leave(setup.registry));
    assertNull(stranger.granted);
    assertNotNull(setup.link(writer(1)).granted);
  }

  @Test
  void shouldTellEveryLinkThatTheStoreIsFresher() {
    TestLink writing = setup.link(writer(1));
    TestLink reading = setup.link(reader(2));
    TestLink refused = setup.link(writer(3));
    setup.registry.freshened();
    assertEquals(1, writing.freshened);
    assertEquals(1, reading.freshened);
    assertEquals(0, refused.freshened);
  }

  @Test
  void shouldTellEveryLinkOfEverySessionOfAnotherSize() {
    TestLink writing = setup.link(writer(1));
    TestLink reading = setup.link(reader(2));
    TestLink refused = setup.link(writer(3));
    setup.registry.resized();
    assertEquals(1, writing.resizes);
    assertEquals(1, reading.resizes);
    assertEquals(0, refused.resizes);
    reading.end(setup.registry);
    setup.registry.resized();
    assertEquals(1, reading.resizes, "its link is gone");
    assertEquals(2, writing.resizes);
  }
}
