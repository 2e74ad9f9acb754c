package org.dst.server.store.descriptor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.dst.protocol.codec.FrameWriter;

/**
 * Allocates aligned buffers for direct I/O: Netty's may start at any address, so a little more is
 * allocated.
 */
public final class AlignedBuffers {
  private AlignedBuffers() {}

  /**
   * An empty direct buffer of one piece, with room for a frame around what it will hold.
   *
   * @param length bytes that it has room for, at least
   * @param alignment what the address of its first byte is a multiple of; a power of two
   */
  public static ByteBuf allocate(ByteBufAllocator allocator, int length, int alignment) {
    int room = length + alignment - 1;
    ByteBuf buffer = FrameWriter.ownedBuffer(allocator, room);
    if (alignment == 1) {
      return buffer;
    }
    int begin = buffer.writerIndex();
    int skipped = (int) (-BufferIo.address(buffer, begin, room) & alignment - 1);
    return buffer.setIndex(begin + skipped, begin + skipped);
  }
}
