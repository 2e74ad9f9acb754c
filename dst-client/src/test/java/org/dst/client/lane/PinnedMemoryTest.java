package org.dst.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.codec.FrameWriter;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted for payloads, held against what Netty's allocator takes for them. */
@ExtendWith(Watch.class)
@Timeout(60)
class PinnedMemoryTest {
  private static final long TOTAL = 32 << 20;

  /** What the allocator has begun and not used up. */
  private static final long SLACK = 9 << 20;

  @ParameterizedTest
  @ValueSource(
      ints = {
        4 << 10, 16 << 10, 20 << 10, 32 << 10, 64 << 10, 96 << 10, 128 << 10, 256 << 10, 384 << 10,
        512 << 10, 1 << 20, 2 << 20
      })
  void shouldCountWhatTheAllocatorTakes(int length) {
    AdaptiveByteBufAllocator allocator = new AdaptiveByteBufAllocator(true, false);
    List<ByteBuf> payloads = new ArrayList<>();
    long counted = 0;
    for (long held = 0; held < TOTAL; held += length) {
      ByteBuf payload = FrameWriter.payloadBuffer(allocator, length).writeZero(length);
      payloads.add(payload);
      counted += PinnedMemory.of(payload, length);
    }
    long taken = allocator.metric().usedDirectMemory();
    payloads.forEach(ByteBuf::release);
    assertEquals(taken, counted, SLACK + counted / 20.0, length + " bytes each");
  }

  @ParameterizedTest
  @ValueSource(ints = {512 << 10, 1 << 20, 2 << 20})
  void shouldTakeNoMoreForALargePayloadThanItHas(int length) {
    ByteBuf payload = FrameWriter.payloadBuffer(new AdaptiveByteBufAllocator(true, false), length);
    assertEquals(length, PinnedMemory.of(payload, length));
    payload.release();
  }
}
