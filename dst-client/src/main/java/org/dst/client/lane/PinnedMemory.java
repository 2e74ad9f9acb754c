package org.dst.client.lane;

import io.netty.buffer.ByteBuf;

/**
 * How much memory a retained payload pins, which is what bounds the unflushed-write log: a slice
 * pins its whole buffer, and Netty's adaptive allocator gives a buffer of more than {@value #EXACT}
 * bytes, up to {@value #POOLED}, the next power of two. So a payload of 128 KiB with room for a
 * header takes 256 KiB.
 */
final class PinnedMemory {
  /** Up to here the allocator has size classes that fit. */
  private static final int EXACT = 16896;

  /** Above this, a buffer has memory of its own. */
  private static final int POOLED = 1 << 20;

  private static final int LEAST = 32 << 10;

  private PinnedMemory() {}

  /** The size in bytes of the buffer behind a payload. */
  static int whole(ByteBuf payload) {
    ByteBuf root = payload;
    while (root.unwrap() != null) {
      root = root.unwrap();
    }
    return root.capacity();
  }

  /**
   * The bytes of memory pinned by {@code count} bytes of a payload. Parts of one large request
   * share its buffer and account for their share of it; less than half of a buffer should be copied
   * rather than kept.
   */
  static long of(ByteBuf payload, long count) {
    int whole = whole(payload);
    long taken = whole <= EXACT || whole > POOLED ? whole : powerOfTwo(Math.max(whole, LEAST));
    return isMost(count, whole) ? taken : count * taken / whole;
  }

  /**
   * Whether a payload may be retained rather than copied: it fills most of its buffer, or is part
   * of a large request.
   */
  static boolean isWorthIts(ByteBuf payload) {
    int whole = whole(payload);
    return whole > POOLED || isMost(payload.readableBytes(), whole);
  }

  /** Whether {@code count} bytes are at least half of a buffer. */
  static boolean isMost(long count, int whole) {
    return 2 * count >= whole;
  }

  private static long powerOfTwo(int bytes) {
    int highest = Integer.highestOneBit(bytes);
    return highest == bytes ? bytes : 2L * highest;
  }
}
