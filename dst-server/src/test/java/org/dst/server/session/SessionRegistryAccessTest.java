package org.dst.server.session;

import static org.dst.server.session.RegistrySetup.reader;
import static org.dst.server.session.RegistrySetup.sharer;
import static org.dst.server.session.RegistrySetup.writer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.dst.protocol.Access;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.access.AccessRules;
import org.dst.server.access.Peer;
import org.dst.server.lane.ServerCounter;
import org.dst.server.store.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may attach by the rules, and what happens to links when the rules change. */
@Timeout(20)
class SessionRegistryAccessTest {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("10.1.2.3");
  private static final Peer ONE = new Peer(ADDRESS, "one", null);
  private static final Peer TWO = new Peer(ADDRESS, "two", null);

  private RegistrySetup setup;
  private int ended;

  @BeforeEach
  void open() throws StoreException {
    setup = new RegistrySetup();
  }

  @AfterEach
  void close() {
    setup.close();
  }

  private void rules(String... rules) {
    setup.rights = AccessRules.parse(List.of(rules));
  }

  private void change(String... rules) {
    rules(rules);
    setup.registry.fenceRevokedLinks(() -> ended++);
  }

  private static void notAllowed(TestLink link, String text) {
    assertEquals(RefusalCode.NOT_ALLOWED, link.refusal, link.text);
    assertEquals(text, link.text);
  }

  @Test
  void shouldGiveWhatTheRulesGive() {
    rules("rw key=one", "ro key=two");
    assertEquals(Access.READ_WRITE, setup.link(ONE, writer(1)).answer.access());
    assertEquals(Access.READ_ONLY, setup.link(TWO, reader(2)).answer.access());
    notAllowed(
        setup.link(TWO, writer(3)),
        "export 'disk' is read-only for 10.1.2.3 with key 'two'; attach with --read-only");
    notAllowed(
        setup.link(TWO, sharer(4)),
        "export 'disk' is read-only for 10.1.2.3 with key 'two'; attach with --read-only");
    notAllowed(
        setup.link(Peer.plain(ADDRESS), reader(5)), "export 'disk' is not offered to 10.1.2.3");
  }

  @Test
  void shouldTellNothingElseToWhoHasNoRight() {
    rules("key=one");
    setup.link(ONE, writer(1));
    String text = "export 'disk' is not offered to 10.1.2.3 with key 'two'";
    notAllowed(setup.link(TWO, writer(2)), text);
    notAllowed(setup.link(TWO, writer(2).takingOver()), text);
    notAllowed(setup.link(TWO, writer(2).lane(9, 99)), text);
  }

  @Test
  void shouldEndExactlyTheLinksThatHaveLostWhatTheyNeed() {
    TestLink writing = setup.link(ONE, writer(1).lane(0, 2));
    TestLink second = setup.link(ONE, writer(1).lane(1, 2));
    TestLink reading = setup.link(ONE, reader(2));
    TestLink other = setup.link(TWO, reader(3));
    change("ro key=one", "ro key=two");
    assertEquals(1, writing.fences.size());
    assertEquals(1, second.fences.size());
    assertEquals(List.of(), reading.fences, "it may still read");
    assertEquals(List.of(), other.fences);
    assertEquals(0, ended, "something may still run");
    writing.end(setup.registry);
    assertEquals(0, ended);
    second.end(setup.registry);
    assertEquals(1, ended);
    assertEquals(2, setup.counters.get(ServerCounter.REVOKED_LINKS));
    change("key=two");
    assertEquals(1, reading.fences.size());
    assertEquals(List.of(), other.fences);
  }

  @Test
  void shouldBeDoneAtOnceWhenNobodyHasLostAnything() {
    TestLink link = setup.link(ONE, writer(1));
    change("rw");
    change("rw key=one");
    assertEquals(2, ended);
    assertEquals(List.of(), link.fences);
  }

  @Test
  void shouldRefuseWhoWaitsForItsLane() {
    TestLink old = setup.link(ONE, writer(1));
    TestLink waiting = setup.link(ONE, writer(1).generation(2));
    change("key=two");
    assertEquals(RefusalCode.NOT_ALLOWED, waiting.refusal);
    old.end(setup.registry);
    assertNull(waiting.granted);
    assertEquals(1, ended);
  }

  @Test
  void shouldGrantNothingToWhoLosesItsRightWhileItsLeaseIsSaved() {
    setup.slowToSave = true;
    TestLink waiting = setup.link(ONE, writer(1));
    change("key=two");
    assertEquals(1, ended);
    setup.saved(null);
    assertEquals(RefusalCode.NOT_ALLOWED, waiting.refusal);
    assertNull(waiting.granted);
  }

  @Test
  void shouldWaitForWhatRunsOfASessionThatWasPutOut() {
    TestLink putOut = setup.link(ONE, writer(1));
    TestLink heir = setup.link(TWO, writer(2).takingOver());
    change("key=two");
    assertEquals(0, ended, "the former holder's requests run");
    putOut.end(setup.registry);
    assertEquals(1, ended);
    assertNotNull(heir.granted);
    assertEquals(List.of(), heir.fences);
  }

  @Test
  void shouldEndALinkThatHasDetachedAndDoesNotClose() {
    TestLink left = setup.link(ONE, writer(1));
    assertTrue(left.leave(setup.registry));
    change("key=two");
    assertEquals(1, left.fences.size());
    assertEquals(0, ended);
    left.end(setup.registry);
    assertEquals(1, ended);
    change("key=two");
    assertEquals(2, ended, "it is forgotten");
  }

  @Test
  void shouldKeepSessionAndLeaseForWhoGetsTheRightBack() {
    TestLink link = setup.link(ONE, writer(1));
    change("key=two");
    link.end(setup.registry);
    assertEquals(
        RefusalCode.NOT_ALLOWED, setup.link(ONE, writer(1).generation(2).epoch(1)).refusal);
    assertEquals(RefusalCode.BUSY, setup.link(TWO, writer(2)).refusal);
    change("key=one", "key=two");
    TestLink back = setup.link(ONE, writer(1).generation(3).epoch(1));
    assertSame(link.granted, back.granted, "the lane with its window");
  }

  @Test
  void shouldCountByTheAddressOfEachLinkOfASession() {
    Peer moved = new Peer(InetAddress.ofLiteral("192.0.2.9"), "one", null);
    TestLink first = setup.link(ONE, writer(1).lane(0, 2));
    TestLink second = setup.link(moved, writer(1).lane(1, 2));
    change("10.0.0.0/8");
    assertEquals(List.of(), first.fences);
    assertEquals(1, second.fences.size());
  }

  @Test
  void shouldAnswerBothWhoWaitForOneLink() {
    TestLink old = setup.link(ONE, writer(1));
    change("key=two");
    change();
    TestLink next = setup.link(ONE, writer(1).generation(2));
    assertNull(next.granted);
    assertEquals(1, ended, "the second change takes nothing away");
    old.end(setup.registry);
    assertEquals(2, ended);
    assertNotNull(next.granted);
  }
}
