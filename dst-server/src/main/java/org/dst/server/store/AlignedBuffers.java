package org.dst.server.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Buffers that direct I/O takes: Netty's begin anywhere, so a little more is allocated. */
final class AlignedBuffers {
  private AlignedBuffers() {}

  /**
   * An empty direct buffer of one piece.
   *
   * @param length bytes that it has room for, and no more
   * @param alignment what the address of its first byte is a multiple of; a power of two
   */
  static ByteBuf allocate(ByteBufAllocator allocator, int length, int alignment) {
    if (alignment == 1) {
      return allocator.directBuffer(length, length);
    }
    int room = length + alignment - 1;
    ByteBuf buffer = allocator.directBuffer(room, room);
    int skipped = (int) (-BufferIo.address(buffer, 0, room) & alignment - 1);
    return buffer.setIndex(skipped, skipped);
  }
}
