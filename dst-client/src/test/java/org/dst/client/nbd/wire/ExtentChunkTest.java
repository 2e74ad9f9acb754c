package org.dst.client.nbd.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.Extent;
import org.dst.protocol.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExtentChunkTest {
  private final ByteBuf out = Unpooled.buffer();

  private static ByteBuf encode(Extent... extents) {
    ByteBuf encoded = Unpooled.buffer();
    for (Extent extent : extents) {
      extent.encode(encoded);
    }
    return encoded;
  }

  /** Length and state of each compact descriptor, as text. */
  private List<String> convert(ByteBuf extents, long length, boolean one) {
    int count = ExtentChunk.convert(extents, length, one, false, out);
    List<String> descriptors = new ArrayList<>();
    while (out.isReadable()) {
      descriptors.add(out.readUnsignedInt() + ":" + out.readInt());
    }
    assertEquals(descriptors.size(), count);
    return descriptors;
  }

  @Test
  void shouldMergeNeighboursOfOneState() {
    ByteBuf extents =
        encode(new Extent(10, 0), new Extent(20, 0), new Extent(5, 3), new Extent(5, 3));
    assertEquals(List.of("30:0", "10:3"), convert(extents, 40, false));
  }

  @Test
  void shouldCutTheLastExtentAtTheEndOfTheRange() {
    assertEquals(
        List.of("10:0", "5:3"),
        convert(encode(new Extent(10, 0), new Extent(1L << 40, 3)), 15, false));
    assertEquals(List.of("10:0"), convert(encode(new Extent(10, 0), new Extent(9, 3)), 10, false));
  }

  @Test
  void shouldAnswerLessThanWasAskedIfTheDeviceDoes() {
    assertEquals(List.of("10:0"), convert(encode(new Extent(10, 0)), 100, false));
  }

  @Test
  void shouldStopAfterOneExtentThatIsMergedFirst() {
    ByteBuf extents = encode(new Extent(10, 0), new Extent(20, 0), new Extent(5, 3));
    assertEquals(List.of("30:0"), convert(extents, 40, true));
  }

  @Test
  void shouldBoundTheNumberOfDescriptors() {
    Extent[] extents = new Extent[3 * Limits.MAX_EXTENTS];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = new Extent(1, i & 1);
    }
    assertEquals(Limits.MAX_EXTENTS, convert(encode(extents), 1 << 20, false).size());
  }

  @Test
  void shouldConvertNothingThatIsMalformed() {
    assertEquals(0, ExtentChunk.convert(Unpooled.EMPTY_BUFFER, 10, false, false, out));
    assertEquals(0, ExtentChunk.convert(Unpooled.buffer().writeZero(13), 10, false, false, out));
    assertEquals(0, ExtentChunk.convert(encode(new Extent(0, 0)), 10, false, false, out));
    assertEquals(0, ExtentChunk.convert(encode(new Extent(-1, 0)), 10, false, false, out));
  }

  @Test
  void shouldTellZeroesFromData() {
    assertTrue(Zeroes.only(Unpooled.buffer().writeZero(5000)));
    ByteBuf direct = Unpooled.directBuffer().writeZero(8);
    assertTrue(Zeroes.only(direct));
    direct.release();
    assertFalse(Zeroes.only(Unpooled.buffer().writeZero(7)));
    for (int at = 0; at < 100; at++) {
      ByteBuf one = Unpooled.buffer().writeZero(100).setByte(at, 1);
      assertFalse(Zeroes.only(one), "at " + at);
      ByteBuf two = Unpooled.wrappedBuffer(Unpooled.buffer().writeZero(50), one.duplicate());
      assertFalse(Zeroes.only(two), "at 50+" + at);
    }
    ByteBuf half = Unpooled.buffer().writeZero(50);
    assertTrue(Zeroes.only(Unpooled.wrappedBuffer(half, half.duplicate())));
  }
}
