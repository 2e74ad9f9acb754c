package org.dst.protocol.codec;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** An allocator that counts what is asked of it. */
final class CountingAllocator extends AbstractByteBufAllocator {
  int allocations;

  @Override
  protected ByteBuf newHeapBuffer(int initial, int most) {
    allocations++;
    return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initial, most);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initial, int most) {
    allocations++;
    return UnpooledByteBufAllocator.DEFAULT.directBuffer(initial, most);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }
}
