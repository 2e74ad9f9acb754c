package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dst.protocol.Opcode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An interval map of what may be lost: what every new change leaves of older ones. */
@ExtendWith(Watch.class)
@Timeout(20)
class UnflushedLogTest {
  private static final int LARGE = 20 << 10;

  private final UnflushedLog log = new UnflushedLog();

  @AfterEach
  void close() {
    log.clear();
    assertEquals(0, log.bytes());
    assertEquals(0, log.pinned());
    assertEquals(0, log.size());
    assertFalse(log.hasStuck());
  }

  private static ByteBuf filled(int count, int first) {
    ByteBuf bytes = Unpooled.directBuffer(count);
    for (int i = 0; i < count; i++) {
      bytes.writeByte(first + i);
    }
    return bytes;
  }

  /** A write of {@code count} bytes that count up from {@code first}. */
  private void write(long offset, int count, int first) {
    ByteBuf payload = filled(count, first);
    log.acknowledged(Opcode.WRITE, 0, offset, count, payload);
    payload.release();
  }

  /** The entries as {@code offset+count=first byte}, without one if there is no payload. */
  private List<String> entries() {
    return log.entries().stream().map(UnflushedLogTest::text).toList();
  }

  private static String text(UnflushedLog.Entry entry) {
    ByteBuf payload = entry.payload();
    String range = entry.offset() + "+" + entry.count();
    if (payload == null) {
      return range;
    }
    assertEquals(entry.count(), payload.readableBytes());
    return range + "=" + payload.getByte(payload.readerIndex());
  }

  @Test
  void shouldKeepChangesThatDoNotTouchApart() {
    write(100, 10, 1);
    write(110, 10, 2);
    write(90, 10, 3);
    assertEquals(List.of("90+10=3", "100+10=1", "110+10=2"), entries());
    assertEquals(30, log.bytes());
  }

  @Test
  void shouldCutTheEndOffAnOlderChange() {
    write(100, 10, 1);
    write(105, 10, 50);
    assertEquals(List.of("100+5=1", "105+10=50"), entries());
    assertEquals(15, log.bytes());
  }

  @Test
  void shouldCutTheBeginningOffAnOlderChange() {
    write(100, 10, 1);
    write(95, 10, 50);
    assertEquals(List.of("95+10=50", "105+5=6"), entries());
    assertEquals(15, log.bytes());
  }

  @Test
  void shouldCutAnOlderChangeInTwo() {
    write(100, 10, 1);
    write(103, 4, 50);
    assertEquals(List.of("100+3=1", "103+4=50", "107+3=8"), entries());
    assertEquals(10, log.bytes());
  }

  @Test
  void shouldTakeThePlaceOfWhatItCovers() {
    write(100, 10, 1);
    write(120, 10, 2);
    write(90, 50, 50);
    assertEquals(List.of("90+50=50"), entries());
    write(90, 50, 60);
    assertEquals(List.of("90+50=60"), entries());
    assertEquals(50, log.bytes());
  }

  @Test
  void shouldOverwriteASmallChangeOfTheSameRangeInItsBuffer() {
    write(100, 10, 1);
    write(110, 10, 2);
    ByteBuf buffer = log.entries().getFirst().payload();
    long before = log.stamp();
    write(100, 10, 50);
    assertEquals(List.of("100+10=50", "110+10=2"), entries());
    assertSame(buffer, log.entries().getFirst().payload());
    assertEquals(20, log.bytes());
    log.flushed(before);
    assertEquals(List.of("100+10=50"), entries(), "it is as new as any other change");
  }

  @Test
  void shouldNotOverwriteWhatAReplayHolds() {
    write(100, 10, 1);
    ByteBuf sent = log.entries().getFirst().payload().retain();
    write(100, 10, 50);
    assertEquals(1, sent.getByte(sent.readerIndex()));
    assertEquals(List.of("100+10=50"), entries());
    sent.release();
  }

  @Test
  void shouldForgetThatAnOverwrittenChangeCouldNotBeReplayed() {
    write(100, 10, 1);
    log.replayed(log.entries().getFirst(), false);
    assertTrue(log.hasStuck());
    write(100, 10, 50);
    assertFalse(log.hasStuck());
  }

  @Test
  void shouldCutEverythingThatARangeMeets() {
    write(0, 10, 0);
    write(10, 10, 10);
    write(20, 10, 20);
    write(30, 10, 30);
    log.cut(5, 27);
    assertEquals(List.of("0+5=0", "32+8=32"), entries());
    assertEquals(13, log.bytes());
  }

  @Test
  void shouldCutForADurableChangeWithoutKeepingIt() {
    write(0, 10, 1);
    long before = log.stamp();
    log.cut(0, 10);
    assertTrue(log.isEmpty());
    assertEquals(before, log.stamp());
    log.cut(0, 10);
    assertTrue(log.isEmpty(), "nothing to cut");
  }

  @Test
  void shouldKeepChangesWithoutAPayloadAndTheirFlags() {
    log.acknowledged(Opcode.WRITE_ZEROES, 4, 0, 1L << 40, null);
    write(1 << 20, 10, 1);
    assertEquals(
        List.of("0+1048576", "1048576+10=1", "1048586+" + ((1L << 40) - 1048586)), entries());
    assertEquals(10, log.bytes());
    for (UnflushedLog.Entry entry : List.of(log.entries().get(0), log.entries().get(2))) {
      assertEquals(Opcode.WRITE_ZEROES, entry.opcode());
      assertEquals(4, entry.flags());
    }
  }

  @Test
  void shouldDropWhatAFlushCoversAndNothingYounger() {
    write(0, 10, 1);
    write(20, 10, 2);
    long stamp = log.stamp();
    write(5, 10, 3);
    log.flushed(stamp);
    assertEquals(List.of("5+10=3"), entries());
    assertEquals(10, log.bytes());
  }

  @Test
  void shouldKeepTheStampOfWhatIsLeftOfACutChange() {
    write(0, 30, 1);
    long stamp = log.stamp();
    write(10, 10, 50);
    assertEquals(3, log.size());
    log.flushed(stamp);
    assertEquals(List.of("10+10=50"), entries());
  }

  @Test
  void shouldHoldExactlyOneReferenceForEachPartOfALargePayload() {
    ByteBuf payload = filled(LARGE, 0);
    log.acknowledged(Opcode.WRITE, 0, 0, LARGE, payload);
    assertEquals(2, payload.refCnt(), "retained, not copied");
    log.cut(1000, 1000);
    assertEquals(2, payload.refCnt(), "the larger part retained, the smaller one copied");
    assertEquals(List.of("0+1000=0", "2000+" + (LARGE - 2000) + "=" + (byte) 2000), entries());
    log.cut(LARGE / 2, LARGE);
    assertEquals(1, payload.refCnt(), "what is less than half of a buffer does not keep it");
    assertEquals(LARGE / 2 - 1000, log.bytes());
    log.clear();
    assertEquals(1, payload.refCnt());
    payload.release();
  }

  @Test
  void shouldNotPinTheBufferThatASmallPayloadIsAPartOf() {
    ByteBuf read = filled(LARGE, 0);
    log.acknowledged(Opcode.WRITE, 0, 0, 10, read.slice(100, 10));
    assertEquals(1, read.refCnt());
    assertEquals(List.of("0+10=100"), entries());
    read.release();
  }

  @Test
  void shouldNotPinAReadBufferForLessThanHalfOfIt() {
    ByteBuf read = filled(8 * LARGE, 0);
    log.acknowledged(Opcode.WRITE, 0, 0, 3 * LARGE, read.slice(100, 3 * LARGE));
    assertEquals(1, read.refCnt());
    log.acknowledged(Opcode.WRITE, 0, 1 << 20, 5 * LARGE, read.slice(100, 5 * LARGE));
    assertEquals(2, read.refCnt());
    read.release();
  }

  @Test
  void shouldCountWhatItPinsBesidesWhatItHolds() {
    int room = 144;
    ByteBuf payload = PooledByteBufAllocator.DEFAULT.directBuffer(room + (128 << 10));
    payload.writeZero(room + (128 << 10)).skipBytes(room);
    log.acknowledged(Opcode.WRITE, 0, 0, 128 << 10, payload);
    payload.release();
    assertEquals(128 << 10, log.bytes());
    assertEquals(256 << 10, log.pinned(), "the allocator gives powers of two");
    log.cut(0, 100 << 10);
    assertEquals(28 << 10, log.bytes());
    assertEquals(32 << 10, log.pinned(), "a copy in a buffer of its own");
    log.cut(100 << 10, 20 << 10);
    assertEquals(8 << 10, log.pinned());
    log.cut(120 << 10, 8 << 10);
    assertEquals(0, log.pinned());
    write(0, 4096, 1);
    assertEquals(4096, log.pinned());
    log.acknowledged(Opcode.TRIM, 0, 1 << 20, 1 << 20, null);
    assertEquals(4096, log.pinned());
  }

  @Test
  void shouldCountEachPartOfALargeRequestForItsShareOfTheBuffer() {
    ByteBuf whole = Unpooled.directBuffer(4 << 20).writeZero(4 << 20);
    for (int part = 0; part < 4; part++) {
      log.acknowledged(Opcode.WRITE, 0, part << 20, 1 << 20, whole.slice(part << 20, 1 << 20));
    }
    assertEquals(5, whole.refCnt());
    assertEquals(4 << 20, log.pinned());
    log.cut(0, 1 << 19);
    assertEquals(4, whole.refCnt(), "what is left of a part is copied");
    assertEquals((4 << 20) - (1 << 19), log.pinned());
    whole.release();
  }

  @Test
  void shouldKnowWhereAChangeIsStuck() {
    write(100, 10, 1);
    write(110, 10, 2);
    write(200, 10, 3);
    List<UnflushedLog.Entry> entries = log.entries();
    log.replayed(entries.get(0), true);
    log.replayed(entries.get(1), false);
    log.replayed(entries.get(2), true);
    assertTrue(log.hasStuck());
    assertEquals(List.of(entries.get(1)), log.stuckEntries());
    assertTrue(log.isStuck(0, 300));
    assertTrue(log.isStuck(119, 1));
    assertTrue(log.isStuck(100, 11));
    assertFalse(log.isStuck(120, 80));
    assertFalse(log.isStuck(100, 10));
    assertFalse(log.isStuck(205, 10));
    log.replayed(entries.get(1), false);
    log.replayed(entries.get(1), true);
    assertFalse(log.hasStuck());
    assertFalse(log.isStuck(0, 300));
  }

  @Test
  void shouldLeaveThePartsOfAStuckChangeStuck() {
    write(0, 30, 1);
    log.replayed(log.entries().getFirst(), false);
    write(10, 10, 50);
    assertTrue(log.isStuck(5, 1));
    assertFalse(log.isStuck(10, 10));
    assertTrue(log.isStuck(25, 1));
    assertEquals(2, log.stuckEntries().size());
    log.cut(0, 10);
    log.cut(20, 10);
    assertFalse(log.hasStuck());
  }

  @Test
  void shouldAgreeWithAModelOfEveryByte() {
    for (long seed = 1; seed <= 200; seed++) {
      new ModelRun(seed, log).run();
      log.clear();
    }
  }

  /** Random changes, held against an array with the value and the stamp of every unit. */
  private static final class ModelRun {
    /** Bytes of a unit: changes of 1 to 24 units are copied or retained by the log. */
    private static final int UNIT = 1 << 10;

    private static final int UNITS = 64;
    private static final int NOTHING = -1;
    private static final int ZEROES = 1000;

    private final long seed;
    private final Random random;
    private final UnflushedLog log;
    private final int[] values = new int[UNITS];
    private final long[] stamps = new long[UNITS];
    private final List<ByteBuf> payloads = new ArrayList<>();

    ModelRun(long seed, UnflushedLog log) {
      this.seed = seed;
      this.log = log;
      random = new Random(seed);
      java.util.Arrays.fill(values, NOTHING);
    }

    void run() {
      long marked = log.stamp();
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(8)) {
          case 0 -> marked = log.stamp();
          case 1 -> flush(marked);
          case 2 -> change(null, NOTHING);
          case 3 -> change(Opcode.WRITE_ZEROES, ZEROES);
          default -> change(Opcode.WRITE, random.nextInt(100));
        }
        compare(step);
      }
      log.clear();
      payloads.forEach(payload -> assertEquals(0, payload.refCnt(), "seed " + seed));
    }

    private void change(Opcode opcode, int value) {
      int from = random.nextInt(UNITS);
      int units = 1 + random.nextInt(Math.min(24, UNITS - from));
      long offset = (long) from * UNIT;
      int count = units * UNIT;
      if (opcode == null) {
        log.cut(offset, count);
      } else if (opcode == Opcode.WRITE) {
        ByteBuf payload = Unpooled.directBuffer(count);
        for (int unit = from; unit < from + units; unit++) {
          payload.writeByte(value + unit).writeZero(UNIT - 1);
        }
        log.acknowledged(opcode, 0, offset, count, payload);
        payload.release();
        payloads.add(payload);
      } else {
        log.acknowledged(opcode, 0, offset, count, null);
      }
      for (int unit = from; unit < from + units; unit++) {
        values[unit] = value == NOTHING || value == ZEROES ? value : value + unit;
        stamps[unit] = log.stamp();
      }
    }

    private void flush(long stamp) {
      log.flushed(stamp);
      for (int unit = 0; unit < UNITS; unit++) {
        if (stamps[unit] <= stamp) {
          values[unit] = NOTHING;
        }
      }
    }

    private void compare(int step) {
      int[] found = new int[UNITS];
      java.util.Arrays.fill(found, NOTHING);
      long bytes = 0;
      for (UnflushedLog.Entry entry : log.entries()) {
        int from = (int) (entry.offset() / UNIT);
        for (int unit = 0; unit < entry.count() / UNIT; unit++) {
          assertEquals(NOTHING, found[from + unit], "two entries at one place; seed " + seed);
          ByteBuf payload = entry.payload();
          found[from + unit] =
              payload == null ? ZEROES : payload.getByte(payload.readerIndex() + unit * UNIT);
        }
        bytes += entry.payload() == null ? 0 : entry.count();
      }
      for (int unit = 0; unit < UNITS; unit++) {
        int at = unit;
        int expected = values[unit] == ZEROES ? ZEROES : (byte) values[unit];
        assertEquals(
            expected, found[unit], () -> "unit %d, step %d, seed %d".formatted(at, step, seed));
      }
      assertEquals(bytes, log.bytes(), "seed " + seed);
    }
  }
}
