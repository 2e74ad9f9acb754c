package org.dst.server.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Features;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FrameRequestValidatorTest {
  private static final long SIZE = 1 << 20;
  private static final int MAX = 64 << 10;
  private static final int ALL = 0x7f;

  private BlockStore store;

  @BeforeEach
  void open() throws StoreException {
    store = Stores.open("mem:1M", StoreOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Status check(int features, boolean writable, Opcode opcode, int flags, long... range) {
    FrameHeader header = new FrameHeader().start(opcode, flags, 1).range(range[0], range[1]);
    int payload = opcode == Opcode.WRITE ? (int) range[1] : 0;
    return new FrameRequestValidator(store, 512, MAX, features, writable).check(header, payload);
  }

  private Status check(Opcode opcode, long offset, long count) {
    return check(ALL, true, opcode, 0, offset, count);
  }

  @Test
  void shouldAcceptWhatReachesExactlyToTheEnd() {
    assertEquals(Status.OK, check(Opcode.READ, SIZE - 512, 512));
    assertEquals(Status.OK, check(Opcode.WRITE, SIZE - 512, 512));
    assertEquals(Status.OK, check(Opcode.TRIM, 0, SIZE), "beyond the largest payload");
    assertEquals(Status.OK, check(Opcode.WRITE_ZEROES, 0, SIZE));
    assertEquals(Status.OK, check(Opcode.CACHE, 0, SIZE));
    assertEquals(Status.OK, check(Opcode.BLOCK_STATUS, 0, SIZE));
    assertEquals(Status.OK, check(Opcode.FLUSH, 0, 0));
  }

  @Test
  void shouldRefuseARangeBeyondTheEndEvenIfItsSumOverflows() {
    long top = Long.MAX_VALUE & -512;
    for (long[] range :
        new long[][] {{SIZE, 512}, {SIZE - 512, 1024}, {top, 512}, {512, top}, {top, top}}) {
      assertEquals(Status.NO_SPACE, check(Opcode.TRIM, range[0], range[1]));
      assertEquals(Status.NO_SPACE, check(Opcode.WRITE_ZEROES, range[0], range[1]));
      assertEquals(Status.INVALID, check(Opcode.CACHE, range[0], range[1]));
      assertEquals(Status.INVALID, check(Opcode.BLOCK_STATUS, range[0], range[1]));
    }
    assertEquals(Status.NO_SPACE, check(Opcode.WRITE, SIZE, 512));
    assertEquals(Status.INVALID, check(Opcode.READ, SIZE, 512));
  }

  @Test
  void shouldRefuseNumbersAboveTheSignedRangeAndEmptyRanges() {
    for (Opcode opcode : new Opcode[] {Opcode.READ, Opcode.TRIM, Opcode.BLOCK_STATUS}) {
      assertEquals(Status.INVALID, check(opcode, Long.MIN_VALUE, 512));
      assertEquals(Status.INVALID, check(opcode, -512, 1024));
      assertEquals(Status.INVALID, check(opcode, 0, Long.MIN_VALUE));
      assertEquals(Status.INVALID, check(opcode, 0, -512));
      assertEquals(Status.INVALID, check(opcode, 0, 0));
    }
    assertEquals(Status.INVALID, check(Opcode.WRITE, 0, 0));
  }

  @Test
  void shouldRefuseWhatIsNotAligned() {
    assertEquals(Status.INVALID, check(Opcode.READ, 1, 512));
    assertEquals(Status.INVALID, check(Opcode.READ, 0, 513));
    assertEquals(Status.INVALID, check(Opcode.TRIM, 256, 512));
  }

  @Test
  void shouldRefuseAReadThatNoReplyCanCarry() {
    assertEquals(Status.OK, check(Opcode.READ, 0, MAX));
    assertEquals(Status.TOO_LARGE, check(Opcode.READ, 0, MAX + 512));
    assertEquals(Status.TOO_LARGE, check(Opcode.READ, 0, 1L << 40));
  }

  @Test
  void shouldRefuseAPayloadOfAnotherLength() {
    var validator = new FrameRequestValidator(store, 512, MAX, ALL, true);
    FrameHeader write = new FrameHeader().start(Opcode.WRITE, 0, 1).range(0, 512);
    assertEquals(Status.INVALID, validator.check(write, 0));
    assertEquals(Status.INVALID, validator.check(write, 1024));
    FrameHeader wrapped = new FrameHeader().start(Opcode.WRITE, 0, 1).range(0, (1L << 32) + 512);
    assertEquals(Status.INVALID, validator.check(wrapped, 512));
    FrameHeader read = new FrameHeader().start(Opcode.READ, 0, 1).range(0, 512);
    assertEquals(Status.INVALID, validator.check(read, 512));
  }

  @Test
  void shouldRefuseEveryChangeWithoutWriteAccess() {
    for (Opcode opcode : new Opcode[] {Opcode.WRITE, Opcode.TRIM, Opcode.WRITE_ZEROES}) {
      assertEquals(Status.NOT_PERMITTED, check(ALL, false, opcode, 0, 0, 512));
    }
    for (Opcode opcode : new Opcode[] {Opcode.READ, Opcode.CACHE, Opcode.BLOCK_STATUS}) {
      assertEquals(Status.OK, check(ALL, false, opcode, 0, 0, 512));
    }
    assertEquals(Status.OK, check(ALL, false, Opcode.FLUSH, 0, 0, 0));
  }

  @Test
  void shouldRefuseWhatTheClientWasNotOffered() {
    for (Opcode opcode :
        new Opcode[] {Opcode.TRIM, Opcode.WRITE_ZEROES, Opcode.CACHE, Opcode.BLOCK_STATUS}) {
      assertEquals(Status.NOT_SUPPORTED, check(0, true, opcode, 0, 0, 512));
    }
    assertEquals(Status.NOT_SUPPORTED, check(0, true, Opcode.FLUSH, 0, 0, 0));
    assertEquals(
        Status.NOT_SUPPORTED,
        check(ALL & ~Features.FUA, true, Opcode.WRITE, RequestFlags.BARRIER, 0, 512));
    assertEquals(
        Status.NOT_SUPPORTED,
        check(
            ALL & ~Features.FAST_ZERO, true, Opcode.WRITE_ZEROES, RequestFlags.FAST_ZERO, 0, 512));
    assertEquals(Status.OK, check(0, true, Opcode.READ, 0, 0, 512));
    assertEquals(Status.OK, check(0, true, Opcode.WRITE, 0, 0, 512));
  }

  @Test
  void shouldRefuseWhatIsNoBlockRequest() {
    for (Opcode opcode : Opcode.values()) {
      if (!opcode.isRequest()) {
        assertEquals(Status.NOT_SUPPORTED, check(opcode, 0, 512), opcode.toString());
      }
    }
  }

  @Test
  void shouldRefuseEveryFlagThatTheOpcodeMayNotCarry() {
    for (Opcode opcode : Opcode.values()) {
      for (int bit = 1; opcode.isRequest() && bit < 1 << 16; bit <<= 1) {
        boolean allowed = (RequestFlags.allowed(opcode) & bit) != 0;
        long count = opcode == Opcode.FLUSH ? 0 : 512;
        assertEquals(
            allowed ? Status.OK : Status.INVALID,
            check(ALL, true, opcode, bit, 0, count),
            opcode + " with flag " + bit);
      }
    }
  }

  @Test
  void shouldRefuseAFlushWithARange() {
    assertEquals(Status.INVALID, check(Opcode.FLUSH, 512, 0));
    assertEquals(Status.INVALID, check(Opcode.FLUSH, 0, 512));
  }
}
