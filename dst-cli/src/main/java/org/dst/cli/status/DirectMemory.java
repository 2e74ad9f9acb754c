package org.dst.cli.status;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/** The memory of this process that holds payloads, outside of the heap. Any thread. */
final class DirectMemory {
  private DirectMemory() {}

  /** Bytes that the allocator of buffers has taken, used or kept for later; -1 if it is silent. */
  static long taken() {
    return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider measured
        ? measured.metric().usedDirectMemory()
        : -1;
  }
}
