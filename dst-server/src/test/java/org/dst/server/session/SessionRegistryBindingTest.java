package org.dst.server.session;

import static org.dst.server.session.RegistrySetup.reader;
import static org.dst.server.session.RegistrySetup.sharer;
import static org.dst.server.session.RegistrySetup.writer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.access.Peer;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Session ids are bound to the key that made them. */
@Timeout(20)
class SessionRegistryBindingTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("10.1.2.3");
  private static final InetAddress THERE = InetAddress.ofLiteral("2001:db8::7");
  private static final String KEY = "0".repeat(64);
  private static final Peer PLAIN = Peer.plain(HERE);
  private static final Peer ONE = new Peer(HERE, "one", null);
  private static final Peer TWO = new Peer(HERE, "two", null);
  private static final Peer PAIR = new Peer(HERE, "one", KEY);
  private static final Peer OTHER_PAIR = new Peer(HERE, "one", "1".repeat(64));

  private RegistrySetup setup;

  @BeforeEach
  void open() throws StoreException {
    setup = new RegistrySetup();
  }

  @AfterEach
  void close() {
    setup.close();
  }

  private void refused(Peer peer, RegistrySetup.Wish wish) {
    TestLink link = setup.link(peer, wish);
    assertEquals(RefusalCode.NOT_ALLOWED, link.refusal, link.text);
    assertTrue(link.text.contains("made with another key"), link.text);
  }

  @Test
  void shouldRefuseAKnownSessionWithAnotherKey() {
    TestLink link = setup.link(ONE, writer(1));
    for (Peer thief : List.of(TWO, PLAIN, PAIR, OTHER_PAIR)) {
      refused(thief, writer(1).generation(2));
      refused(thief, writer(1).generation(2).epoch(1));
      refused(thief, reader(1).generation(2));
      refused(thief, writer(1).generation(2).lane(1, 2));
    }
    assertEquals(List.of(), link.fences, "nothing was disturbed");
    assertNotNull(link.granted);
  }

  @Test
  void shouldRefuseReadersAndSharersLikewise() {
    setup.link(PAIR, reader(1));
    refused(OTHER_PAIR, reader(1).generation(2));
    setup.link(PAIR, sharer(2));
    refused(OTHER_PAIR, sharer(2).generation(2));
  }

  @Test
  void shouldRefuseAPlainSessionToWhoHasAKey() {
    setup.link(PLAIN, writer(1));
    refused(ONE, writer(1).generation(2));
  }

  @Test
  void shouldLetAClientMoveAndItsPublicKeyBeRenamed() {
    TestLink link = setup.link(PAIR, writer(1));
    TestLink moved = setup.link(new Peer(THERE, "renamed", KEY), writer(1).generation(2));
    link.end(setup.registry);
    assertSame(link.granted, moved.granted);
  }

  @Test
  void shouldLetOnlyTheSameKeyInherit() {
    TestLink dead = setup.link(ONE, writer(1));
    refused(TWO, writer(2).after(1));
    assertEquals(List.of(), dead.fences);
    TestLink heir = setup.link(ONE, writer(3).after(1));
    dead.end(setup.registry);
    assertNotNull(heir.granted);
  }

  @Test
  void shouldLetATakeOverIgnoreThePredecessor() {
    setup.link(ONE, writer(1)).end(setup.registry);
    assertNotNull(setup.link(TWO, writer(2).after(1).takingOver()).granted);
  }

  @Test
  void shouldKnowTheKeyOfTheHolderAfterARestart() {
    setup.link(ONE, writer(1));
    setup.restart();
    refused(TWO, writer(1).generation(2).epoch(1));
    refused(PLAIN, writer(1).generation(2).epoch(1));
    refused(TWO, reader(1));
    refused(TWO, writer(2).after(1));
    assertNotNull(setup.link(ONE, writer(1).generation(2).epoch(1)).granted);
    setup.restart();
    assertNotNull(setup.link(ONE, writer(3).after(1)).granted);
  }

  @Test
  void shouldKeepLeasesOfPlainSessionsAsTheyWere() {
    setup.link(PLAIN, writer(1));
    assertTrue(setup.kept.getLast().holder().matches("[0-9a-f]{64}"));
    setup.restart();
    refused(ONE, writer(1).generation(2).epoch(1));
    assertNotNull(setup.link(PLAIN, writer(1).generation(2).epoch(1)).granted);
  }

  @Test
  void shouldGiveTheLeaseBackWhenItsHolderLeaves() {
    TestLink link = setup.link(PAIR, writer(1));
    assertFalse(setup.kept.getLast().holder().contains(KEY));
    assertTrue(link.leave(setup.registry));
    assertFalse(setup.kept.getLast().isHeld());
    assertNotNull(setup.link(TWO, writer(2)).granted);
  }

  @Test
  void shouldForgetALinkThatNamedALaneItsSessionDoesNotHave() {
    TestLink link = setup.link(writer(1));
    TestLink wrong = setup.link(writer(1).lane(3, 4));
    assertEquals(RefusalCode.INVALID, wrong.refusal);
    wrong.withdraw(setup.registry);
    wrong.end(setup.registry);
    assertTrue(wrong.leave(setup.registry));
    assertNotNull(link.granted);
  }
}
