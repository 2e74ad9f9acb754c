package org.dst.client.lane;

import static org.dst.client.lane.FakeWorld.TIMEOUT;
import static org.dst.client.lane.FakeWorld.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.dst.protocol.Access;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a lane sends again when the server has lost its cache. */
@ExtendWith(Watch.class)
@Timeout(10)
class LaneCoreReplayTest {
  private final FakeWorld world = new FakeWorld();

  @AfterEach
  void close() {
    world.close();
  }

  /** Takes the copies since the last call, as {@code offset+count=first byte}. */
  private List<String> copies() {
    List<String> copies =
        world.copies.stream()
            .filter(copy -> copy.opcode().isChange())
            .map(copy -> copy.offset() + "+" + copy.count() + "=" + copy.first())
            .toList();
    world.copies.clear();
    world.take();
    return copies;
  }

  private void answerAll() throws MalformedException {
    for (FakeWorld.Sent copy : List.copyOf(world.copies)) {
      world.ok(copy.id());
    }
  }

  @Test
  void shouldReplayTheLogBeforeAnythingElseAfterAVerifierChange() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 5);
    TestRequest running = world.write(0, 4096, 512, 6);
    world.ok(1);
    world.take();
    world.core.lost(0);
    TestRequest flush = world.flush();
    world.up(2);
    assertEquals(List.of("3/3"), world.take(), "the acknowledged write only");
    assertEquals(5, world.last().first());
    assertFalse(world.core.isUp());
    world.ok(3);
    assertTrue(world.core.isUp());
    assertEquals(List.of("4/4", "5/4"), world.take());
    world.ok(4, 5);
    assertEquals(Status.OK, running.end().status());
    assertEquals(Status.OK, flush.end().status());
    assertEquals(1, world.count(ClientCounter.REPLAYS));
    assertEquals(1, world.count(ClientCounter.REPLAYED_WRITES));
    assertEquals(512, world.count(ClientCounter.REPLAYED_BYTES));
  }

  @Test
  void shouldReplayNothingWhileTheVerifierIsTheSame() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 5);
    world.ok(1);
    world.write(0, 4096, 512, 6);
    copies();
    world.relink(1);
    assertEquals(List.of("4096+512=6"), copies());
    world.ok(2);
    assertEquals(0, world.count(ClientCounter.REPLAYS));
  }

  @Test
  void shouldReplayNothingAfterAPlannedStop() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    copies();
    world.relinkAfterStop(2, 1);
    assertTrue(world.core.isUp());
    assertTrue(world.core.isClean());
    assertEquals(List.of(), copies());
    assertEquals(List.of("v1", "dirty", "clean", "v2"), world.marker);
    assertEquals(1, world.count(ClientCounter.CLEAN_RESTARTS));
    assertEquals(0, world.count(ClientCounter.REPLAYS));
  }

  @Test
  void shouldSendWhatWasUnderWayUnderANewIdAfterAPlannedStop() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    TestRequest running = world.write(0, 4096, 512, 2);
    world.ok(1);
    world.take();
    world.relinkAfterStop(2, 1);
    assertEquals(List.of("3/3"), world.take());
    world.ok(3);
    assertEquals(Status.OK, running.end().status());
    assertFalse(world.core.isClean(), "it is in the new cache");
    copies();
    world.relink(3);
    assertEquals(List.of("4096+512=2"), copies());
  }

  @Test
  void shouldReplayWhenAnotherLifetimeEndedByAPlannedStop() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    copies();
    world.relinkAfterStop(3, 2); // the first lifetime ended otherwise, while the client was away
    assertEquals(List.of("0+512=1"), copies());
    assertEquals(0, world.count(ClientCounter.CLEAN_RESTARTS));
  }

  @Test
  void shouldReplayAllWhenAPlannedStopEndsTheLifetimeOfAnInterruptedReplay()
      throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.write(0, 4096, 512, 2);
    world.ok(1, 2);
    world.relink(2);
    world.ok(3);
    copies();
    world.relinkAfterStop(3, 2);
    assertEquals(List.of("0+512=1", "4096+512=2"), copies(), "only the first one is in the cache");
  }

  @Test
  void shouldStartAnInterruptedReplayOver() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.write(0, 4096, 512, 2);
    world.ok(1, 2);
    copies();
    world.relink(2);
    world.ok(3);
    assertEquals(List.of("0+512=1", "4096+512=2"), copies());
    world.relink(2);
    assertEquals(List.of("0+512=1", "4096+512=2"), copies());
    assertFalse(world.core.isUp());
  }

  @Test
  void shouldRecordTheVerifierOnlyWhenTheReplayIsComplete() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.write(0, 4096, 512, 2);
    world.ok(1, 2);
    world.relink(2);
    world.ok(3);
    world.relink(3);
    assertEquals(List.of("v1", "dirty"), world.marker);
    copies();
    world.ok(5, 6);
    assertEquals(List.of("v1", "dirty", "v3"), world.marker, "the second lifetime never was");
    world.relink(3);
    assertEquals(List.of(), copies());
  }

  @Test
  void shouldAdoptANewVerifierAtOnceWhenNothingIsMissing() {
    world.up();
    world.relink(2);
    assertTrue(world.core.isUp());
    assertEquals(List.of("v1", "v2"), world.marker);
    assertEquals(0, world.count(ClientCounter.REPLAYS));
  }

  @Test
  void shouldReplayInsideTheServersLimits() throws MalformedException {
    world.window = 2;
    world.up();
    for (int i = 0; i < 6; i++) {
      world.write(0, 4096L * i, 512, i);
      world.ok(1 + i);
    }
    copies();
    world.relink(2);
    assertEquals(2, copies().size());
    world.ok(7);
    world.ok(8);
    assertEquals(2, copies().size());
    world.writable = false;
    world.ok(9);
    world.ok(10);
    assertEquals(0, copies().size());
    world.writable = true;
    world.core.sendWaiting(0);
    assertEquals(2, copies().size());
  }

  @Test
  void shouldSendACopyOfAReplayAgainForEver() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    world.relink(2);
    copies();
    for (int i = 1; i <= 100; i++) {
      world.tick(i * TIMEOUT);
      world.core.heard(world.now);
    }
    assertEquals(100, world.copies.stream().filter(copy -> copy.id() == 2).count());
    world.ok(2);
    assertTrue(world.core.isUp());
  }

  @Test
  void shouldSendWhatWasDoneAndNotAcknowledgedAsNew() throws MalformedException {
    world.up();
    TestRequest write = world.write(0, 0, 512, 1);
    world.relink(2);
    assertEquals(List.of("1/1", "2/2"), world.take(), "the window of the old lifetime is void");
    world.ok(1);
    assertFalse(write.isDone(), "an answer of the old lifetime");
    world.ok(2);
    assertEquals(Status.OK, write.end().status());
  }

  @Test
  void shouldIgnoreRepliesThatAreReadAfterTheLinkWasLost() throws MalformedException {
    world.up();
    TestRequest write = world.write(0, 0, 512, 1);
    TestRequest read = world.submit(Opcode.READ, 4096, 2);
    world.core.lost(0);
    world.ok(1);
    ByteBuf late = bytes(1, 2);
    world.reply(2, Status.OK, late);
    assertEquals(0, late.refCnt());
    world.core.connect(world.now);
    world.ok(1);
    assertFalse(write.isDone() || read.isDone());
    assertTrue(world.core.isClean());
    copies();
    world.up(1);
    assertEquals(List.of("0+512=1"), copies());
  }

  @Test
  void shouldNotReplayWhatAFlushHasMadeDurable() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    world.flush();
    world.write(0, 4096, 512, 2);
    world.ok(3, 2);
    assertFalse(world.core.isClean(), "the second write came behind the flush");
    copies();
    world.relink(2);
    assertEquals(List.of("4096+512=2"), copies());
  }

  @Test
  void shouldKeepWhatWasAcknowledgedAfterTheFlushWasFirstSent() throws MalformedException {
    world.up();
    world.flush();
    world.write(0, 0, 512, 1);
    world.ok(2);
    world.tick(TIMEOUT); // the flush goes out once more, after the write
    assertEquals(List.of("1/1", "2/1", "1/1"), world.take());
    world.ok(1);
    copies();
    world.relink(2);
    assertEquals(List.of("0+512=1"), copies());
  }

  @Test
  void shouldKeepTheStampOfAFlushOverAVerifierChange() throws MalformedException {
    world.up();
    TestRequest flush = world.flush();
    world.write(0, 0, 512, 1);
    world.ok(2);
    world.relink(2);
    world.ok(3); // the copy of the write
    world.ok(4); // the flush
    assertEquals(Status.OK, flush.end().status());
    assertFalse(world.core.isClean());
  }

  @Test
  void shouldNotReplayWhatADurableWriteLiesOver() throws MalformedException {
    world.up();
    world.write(0, 0, 1536, 1);
    world.ok(1);
    world.write(RequestFlags.FUA, 512, 512, 2);
    world.ok(2);
    copies();
    world.relink(2);
    assertEquals(List.of("0+512=1", "1024+512=1"), copies());
  }

  @Test
  void shouldReplayTheLatestOfOverlappingChanges() throws MalformedException {
    world.up();
    world.write(0, 0, 1024, 1);
    world.write(0, 512, 1024, 2);
    world.ok(1);
    world.ok(2);
    world.submit(Opcode.TRIM, 0, 256);
    world.ok(3);
    copies();
    world.relink(2);
    assertEquals(List.of("0+256=0", "256+256=1", "512+1024=2"), copies());
  }

  @Test
  void shouldLogNothingThatFailed() throws MalformedException {
    world.up();
    world.write(0, 0, 512, 1);
    world.reply(1, Status.NO_SPACE, null);
    assertTrue(world.core.isClean());
    assertEquals(List.of("v1"), world.marker);
  }

  @Test
  void shouldLogNothingWhenTheServerIsWriteThrough() throws MalformedException {
    world.access = Access.SHARED;
    world.up();
    world.write(0, 0, 512, 1);
    world.ok(1);
    assertTrue(world.core.isClean());
    world.relink(2);
    assertTrue(world.core.isUp());
  }

  @Test
  void shouldUpdateTheMarkerBeforeTheAnswer() throws MalformedException {
    world.up();
    TestRequest first = world.write(0, 0, 512, 1);
    world.ok(1);
    assertTrue(first.isDone());
    world.write(0, 4096, 512, 1);
    world.ok(2);
    world.flush();
    world.ok(3);
    assertEquals(List.of("v1", "dirty", "clean"), world.marker);
  }

  @Test
  void shouldGiveBackEveryPayloadOfAReplayThatWasCut() throws MalformedException {
    world.up();
    TestRequest write = world.write(0, 0, 32 << 10, 1);
    world.ok(1);
    assertEquals(1, write.payloadReferences(), "the log's");
    world.relink(2);
    assertEquals(2, write.payloadReferences(), "the log's and the copy's");
    world.relink(2);
    assertEquals(2, write.payloadReferences());
    answerAll();
    assertEquals(1, write.payloadReferences());
    world.flush();
    world.ok(world.last().id());
    assertEquals(0, write.payloadReferences());
  }
}
