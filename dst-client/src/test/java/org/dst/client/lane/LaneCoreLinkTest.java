package org.dst.client.lane;

import static org.dst.client.lane.FakeWorld.ATTACH_TIMEOUT;
import static org.dst.client.lane.FakeWorld.IDENTITY;
import static org.dst.client.lane.FakeWorld.PING_INTERVAL;
import static org.dst.client.lane.FakeWorld.PING_TIMEOUT;
import static org.dst.client.lane.FakeWorld.RECONNECT;
import static org.dst.client.lane.FakeWorld.TIMEOUT;
import static org.dst.client.lane.FakeWorld.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Access;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Features;
import org.dst.protocol.testing.ExpectedErrors;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a lane connects, what link it accepts, and what a failed change does to it. */
@ExtendWith(Watch.class)
@Timeout(10)
class LaneCoreLinkTest {
  private FakeWorld world = new FakeWorld();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void shouldConnectAgainAfterAWaitAndCountTheLinks() {
    world.up();
    world.now = 1000;
    world.core.lost(1000);
    long wake = world.core.nextWakeNanos(1000);
    assertTrue(wake >= 1000 + RECONNECT / 2 && wake <= 1000 + RECONNECT, "wakes at " + wake);
    world.tick(wake - 1);
    assertEquals(1, world.dials);
    world.tick(wake);
    assertEquals(2, world.dials);
    world.core.opened(wake);
    assertEquals(2, world.generation);
    world.now = 1000 + TimeUnit.MILLISECONDS.toNanos(7);
    assertNull(world.grant(1));
    assertEquals(1, world.count(ClientCounter.RECONNECTS));
    assertEquals(7, world.count(ClientCounter.OUTAGE_MILLIS));
  }

  @Test
  void shouldConnectAtOnceWhenAnotherLaneHasGotThrough() {
    world.up();
    world.now = TimeUnit.SECONDS.toNanos(1);
    world.core.lost(world.now);
    world.core.reachable(world.now);
    world.tick(world.core.nextWakeNanos(world.now));
    assertEquals(TimeUnit.SECONDS.toNanos(1), world.now);
    assertEquals(2, world.dials);
    world.core.reachable(world.now);
    world.core.opened(world.now);
    world.core.reachable(world.now);
    assertNull(world.grant(1));
    world.core.reachable(world.now);
    world.tick(world.now + RECONNECT);
    assertEquals(2, world.dials, "it is not down");
  }

  @Test
  void shouldHaveLittlePatienceWithAMachineThatIsAway() {
    world.up();
    world.core.lost(world.now);
    world.tick(RECONNECT);
    assertEquals(TimeUnit.MILLISECONDS.toNanos(500), world.patience);
  }

  @Test
  void shouldGiveUpAnAttachThatIsNotAnsweredInTime() {
    world.core.connect(world.now);
    world.core.opened(0);
    assertEquals(ATTACH_TIMEOUT, world.core.nextWakeNanos(0));
    world.tick(ATTACH_TIMEOUT - 1);
    assertEquals(List.of(), world.endings);
    world.tick(ATTACH_TIMEOUT);
    assertEquals(List.of("the server did not answer the attach in time"), world.endings);
  }

  @Test
  void shouldRefuseAnAttachedThatNobodyAskedFor() {
    world.up();
    assertThrows(
        MalformedException.class, () -> world.core.attached(world.answer(1), 0), "a second one");
    world.core.lost(0);
    assertThrows(MalformedException.class, () -> world.core.attached(world.answer(1), 0));
  }

  @Test
  void shouldRefuseRepliesBeforeTheAttachIsAnswered() {
    world.up();
    TestRequest read = world.submit(Opcode.READ, 0, 1);
    world.core.lost(0);
    world.core.connect(world.now);
    world.core.opened(0);
    ByteBuf early = bytes(1);
    assertThrows(MalformedException.class, () -> world.reply(1, Status.OK, early));
    assertEquals(0, early.refCnt());
    assertFalse(read.isDone());
  }

  @Test
  void shouldPingAnIdleLinkAndEndOneThatIsDead() {
    world.up();
    assertEquals(PING_INTERVAL, world.core.nextWakeNanos(0));
    world.tick(PING_INTERVAL - 1);
    assertEquals(0, world.pings);
    world.tick(PING_INTERVAL);
    assertEquals(1, world.pings);
    world.core.heard(PING_INTERVAL + 5);
    world.tick(PING_TIMEOUT);
    assertEquals(List.of(), world.endings, "it has answered");
    world.tick(PING_INTERVAL + 5 + PING_TIMEOUT - 1);
    assertEquals(List.of(), world.endings);
    world.tick(PING_INTERVAL + 5 + PING_TIMEOUT);
    assertEquals(1, world.endings.size());
    assertTrue(world.endings.getFirst().contains("nothing was heard"), world.endings.getFirst());
    assertEquals(1, world.count(ClientCounter.DEAD_LINKS));
  }

  @Test
  void shouldWatchALinkDuringAReplayToo() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    world.relink(2);
    world.tick(PING_TIMEOUT);
    assertEquals(1, world.endings.size());
  }

  @Test
  void shouldNotTakeAnotherStoreForTheOneThatItKnows() {
    world.up();
    world.trim(0);
    world.take();
    world.core.lost(0);
    world.identity = new UUID(1, 3);
    expectObjection("another store: " + world.identity);
    assertEquals(List.of(), world.take(), "nothing is sent to it");
    world.core.lost(0);
    world.identity = IDENTITY;
    world.up();
    assertEquals(List.of("1/1"), world.take());
  }

  @Test
  void shouldNotTakeAnotherStoreForTheOneThatAPredecessorKnew() {
    world = new FakeWorld(2, new UUID(7, 7));
    expectObjection("expected: " + new UUID(7, 7));
    assertNull(world.export.first());
  }

  @Test
  void shouldNotUseAnExportThatHasShrunkButOneThatHasGrown() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    world.take();
    long size = world.size;
    world.core.lost(0);
    world.size = size - 1;
    expectObjection("shrunk to %d bytes (expected: >= %d)".formatted(size - 1, size));
    world.core.lost(0);
    expectObjection("shrunk");
    assertEquals(List.of(), world.take(), "not even a replay under another verifier");
    world.core.lost(0);
    world.size = size + 1;
    world.up();
    assertTrue(world.core.isUp());
  }

  @Test
  void shouldNotGoOnUnderAnotherLease() {
    world.up();
    world.core.lost(0);
    world.leaseEpoch = 2;
    expectObjection("lease epoch 2 (expected: 1)");
  }

  @Test
  void shouldNotGoOnOnOtherTerms() {
    world.up();
    world.core.lost(0);
    world.access = Access.READ_ONLY;
    expectObjection("its parameters have changed");
    world.core.lost(0);
    world.access = Access.READ_WRITE;
    world.features &= ~Features.FUA;
    expectObjection("its parameters have changed");
    world.core.lost(0);
    world.features = FakeWorld.FEATURES | Features.FAST_ZERO;
    world.up();
    assertTrue(world.core.isUp(), "more is welcome");
  }

  @Test
  void shouldNotUseAStoreThatWasSetBack() throws MalformedException {
    world.freshness = 5;
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    world.take();
    world.export.fresher(7);
    world.export.fresher(6); // another lane was told this earlier
    world.core.lost(0);
    world.freshness = 6;
    expectObjection("rolled back to an earlier state: its freshness is 6 (expected: >= 7)");
    assertEquals(List.of(), world.take(), "not even a replay under another verifier");
    world.core.lost(0);
    world.freshness = 7;
    world.up(2);
    assertEquals(1, world.take().size(), "the replay");
  }

  @Test
  void shouldNotCompareWhatAServerDoesNotTell() {
    world.freshness = 5;
    world.up();
    world.core.lost(0);
    world.freshness = -1;
    world.up();
    world.core.lost(0);
    world.freshness = 4;
    expectObjection("(expected: >= 5)");
  }

  private void expectObjection(String part) {
    long before = world.count(ClientCounter.STRANGE_STORES);
    world.core.connect(world.now);
    world.core.opened(0);
    String objection = world.grant(2);
    assertTrue(objection != null && objection.contains(part), "objection: " + objection);
    assertFalse(world.core.isUp());
    assertEquals(before + 1, world.count(ClientCounter.STRANGE_STORES));
  }

  @Test
  @ExpectedErrors("a change fails")
  void shouldCloseTheRangeOfAFailedChangeUntilTheLaneIsAttachedAgain() {
    world = new FakeWorld(0, null).up();
    TestRequest failed = world.trim(0);
    world.tick(TIMEOUT);
    assertEquals(Status.IO_ERROR, failed.end().status());
    assertEquals(1, world.endings.size(), "the link that may carry a copy is ended");
    assertTrue(world.endings.getFirst().contains("a copy of it"), world.endings.getFirst());
    world.take();
    TestRequest over = world.submit(Opcode.WRITE_ZEROES, 2048, 4096);
    TestRequest read = world.submit(Opcode.READ, 0, 1);
    world.submit(Opcode.READ, 8192, 1);
    assertEquals(List.of("2/2"), world.take(), "what overlaps waits");
    world.relink(1);
    assertEquals(List.of("2/2", "3/2", "4/2"), world.take());
    assertFalse(over.isDone() || read.isDone());
  }

  @Test
  @ExpectedErrors("a change fails")
  void shouldNotCloseTheRangeOfAChangeThatWasNeverSent() {
    world = new FakeWorld(0, null);
    TestRequest failed = world.trim(0);
    world.tick(TIMEOUT);
    assertEquals(Status.IO_ERROR, failed.end().status());
    world.up();
    world.trim(0);
    assertEquals(List.of("1/1"), world.take());
    assertEquals(List.of(), world.endings);
  }

  @Test
  @ExpectedErrors("a read fails")
  void shouldNotEndTheLinkForAFailedRead() {
    world = new FakeWorld(0, null).up();
    world.submit(Opcode.READ, 0, 1);
    world.tick(TIMEOUT);
    assertEquals(1, world.count(ClientCounter.FAILED_TRANSACTIONS));
    assertEquals(List.of(), world.endings);
    world.trim(0);
    assertEquals(List.of("1/1", "2/2"), world.take());
  }

  @Test
  void shouldHoldOverlappingChangesBackAndNoOthers() throws MalformedException {
    world.up();
    world.submit(Opcode.TRIM, 0, 1024);
    world.submit(Opcode.TRIM, 512, 1024);
    world.submit(Opcode.TRIM, 1024, 512); // overlaps the one that is held
    world.submit(Opcode.TRIM, 4096, 512);
    world.submit(Opcode.READ, 0, 512);
    assertEquals(List.of(0L, 4096L, 0L), offsets());
    world.ok(1);
    assertEquals(List.of(512L), offsets());
    world.ok(4);
    assertEquals(List.of(1024L), offsets());
  }

  private List<Long> offsets() {
    List<Long> offsets = world.copies.stream().map(FakeWorld.Sent::offset).toList();
    world.copies.clear();
    return offsets;
  }

  @Test
  void shouldNeverQueueTwoCopies() {
    world.up();
    world.trim(0);
    world.take();
    world.queued = true;
    world.tick(TIMEOUT);
    assertEquals(List.of(), world.take());
    world.queued = false;
    world.tick(2 * TIMEOUT);
    assertEquals(List.of("1/1"), world.take());
    assertEquals(1, world.count(ClientCounter.RESENDS));
  }

  @Test
  @ExpectedErrors("a payload has changed in memory")
  void shouldFailAWriteWhosePayloadHasChangedInMemory() throws MalformedException {
    world.up();
    TestRequest write = world.write(0, 0, 512, 1);
    world.take();
    world.intact = false;
    world.reply(1, Status.BAD_CHECKSUM, null);
    assertEquals(Status.IO_ERROR, write.end().status());
    assertEquals(List.of(), world.take());
    assertTrue(world.core.isClean());
  }
}
