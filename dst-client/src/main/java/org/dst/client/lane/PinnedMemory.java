package org.dst.client.lane;

import io.netty.buffer.ByteBuf;

/**
 * How much memory a payload keeps from being used again, which is what bounds the log of unflushed
 * writes: a slice keeps its whole buffer, and Netty's adaptive allocator gives a buffer of more
 * than {@value #EXACT} bytes, up to {@value #POOLED}, the next power of two. A payload of 128 KiB
 * with room for a header before it so takes 256 KiB.
 */
final class PinnedMemory {
  /** Up to here the allocator has classes of sizes that fit ours. */
  private static final int EXACT = 16896;

  /** Above this, memory is got for a buffer alone. */
  private static final int POOLED = 1 << 20;

  private static final int LEAST = 32 << 10;

  private PinnedMemory() {}

  /** The bytes of the buffer that a payload is a part of, or is. */
  static int whole(ByteBuf payload) {
    ByteBuf root = payload;
    while (root.unwrap() != null) {
      root = root.unwrap();
    }
    return root.capacity();
  }

  /**
   * The bytes of memory that {@code count} bytes of a payload account for. Parts of one large
   * request share its buffer and account for their share of it; less than half of a buffer should
   * be copied rather than kept.
   */
  static long of(ByteBuf payload, long count) {
    int whole = whole(payload);
    long taken = whole <= EXACT || whole > POOLED ? whole : powerOfTwo(Math.max(whole, LEAST));
    return isMost(count, whole) ? taken : count * taken / whole;
  }

  /**
   * Whether a payload may be kept as it is: it is most of its buffer, or a part of a large request.
   */
  static boolean isWorthIts(ByteBuf payload) {
    int whole = whole(payload);
    return whole > POOLED || isMost(payload.readableBytes(), whole);
  }

  /** Whether so many bytes are so much of a buffer that it may be kept for them. */
  static boolean isMost(long count, int whole) {
    return 2 * count >= whole;
  }

  private static long powerOfTwo(int bytes) {
    int highest = Integer.highestOneBit(bytes);
    return highest == bytes ? bytes : 2L * highest;
  }
}
