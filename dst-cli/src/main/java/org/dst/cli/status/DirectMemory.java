package org.dst.cli.status;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/** The direct memory of this process, which holds payloads. Any thread. */
final class DirectMemory {
  private DirectMemory() {}

  /** Bytes that the buffer allocator has reserved, in use or pooled; -1 if unknown. */
  static long taken() {
    return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider measured
        ? measured.metric().usedDirectMemory()
        : -1;
  }
}
