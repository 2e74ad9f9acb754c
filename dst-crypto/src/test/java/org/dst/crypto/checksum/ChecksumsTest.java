package org.dst.crypto.checksum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Watch.class)
@Timeout(30)
class ChecksumsTest {
  private final Checksum crc32c = Checksums.create("crc32c");

  private String compute(ByteBuf payload) {
    byte[] into = new byte[crc32c.length()];
    crc32c.compute(payload, into);
    assertTrue(crc32c.matches(payload, into));
    return ByteBufUtil.hexDump(into);
  }

  /**
   * RFC 3720, appendix B.4, read as big-endian numbers, and the check value of CRC-32C in the
   * catalogue of parametrised CRC algorithms.
   */
  @ParameterizedTest
  @CsvSource({
    "8a9136aa, 0000000000000000000000000000000000000000000000000000000000000000",
    "62a8ab43, ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "46dd794e, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "113fdb5c, 1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100",
    "d9963a56, 01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
        + "0200000000000000",
    "e3069283, 313233343536373839"
  })
  void shouldComputeThePublishedVectors(String expected, String payload) {
    byte[] bytes = ByteBufUtil.decodeHexDump(payload);
    assertEquals(expected, compute(Unpooled.wrappedBuffer(bytes)));
  }

  @Test
  void shouldNotCareHowAPayloadIsHeld() {
    byte[] bytes = new byte[10_000];
    new Random(1).nextBytes(bytes);
    String expected = compute(Unpooled.wrappedBuffer(bytes));
    ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer().writeZero(3).writeBytes(bytes);
    direct.skipBytes(3);
    assertEquals(expected, compute(direct));
    ByteBuf parts =
        Unpooled.wrappedBuffer(
            direct.retainedSlice(3, 1), Unpooled.wrappedBuffer(bytes, 1, bytes.length - 1));
    assertEquals(expected, compute(parts));
    assertEquals(bytes.length, parts.readableBytes(), "indices stay as they are");
    parts.release();
    direct.release();
  }

  @Test
  void shouldFindEveryFlippedBit() {
    ByteBuf payload = Unpooled.buffer().writeLong(0x0123_4567_89ab_cdefL);
    byte[] sum = new byte[4];
    crc32c.compute(payload, sum);
    for (int bit = 0; bit < 64; bit++) {
      payload.setByte(bit / 8, payload.getByte(bit / 8) ^ 1 << bit % 8);
      assertFalse(crc32c.matches(payload, sum), "bit " + bit);
      payload.setByte(bit / 8, payload.getByte(bit / 8) ^ 1 << bit % 8);
    }
    assertTrue(crc32c.matches(payload, sum));
  }

  @Test
  void shouldCheckNothingWhenNoneWasAgreedOn() {
    Checksum none = Checksums.create("none");
    byte[] into = {7};
    none.compute(Unpooled.buffer().writeInt(1), into);
    assertEquals(0, none.length());
    assertArrayEquals(new byte[] {7}, into);
    assertTrue(none.matches(Unpooled.EMPTY_BUFFER, into));
  }

  @Test
  void shouldNameWhatThereIsWhenAskedForSomethingElse() {
    var unknown = assertThrows(IllegalArgumentException.class, () -> Checksums.create("md5"));
    assertEquals(
        "unknown checksum 'md5'; expected one of blake3, crc32c, hmac-sha-256, none, sha-256,"
            + " sha3-256, xxh3",
        unknown.getMessage());
    for (String name : Checksums.names()) {
      assertEquals(name, Checksums.create(name).name());
    }
  }

  @Test
  void shouldChooseByTheOrderOfWhoWants() {
    assertEquals("b", Checksums.choose(List.of("a", "b", "c"), List.of("c", "b")));
    assertNull(Checksums.choose(List.of("a"), List.of("b")));
    assertTrue(Checksums.names().containsAll(Checksums.DEFAULT));
  }
}
