package org.dst.system.tamper;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/** Measures the memory that this process uses. */
final class ProcessMemory {
  /** Bytes that chunks, caches and compiled classes may take while nothing grows. */
  static final long LEEWAY = 64 << 20;

  private ProcessMemory() {}

  /** Bytes on the heap after a collection, and in the allocator's buffers. */
  static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    var buffers = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return runtime.totalMemory() - runtime.freeMemory() + buffers.usedDirectMemory();
  }
}
