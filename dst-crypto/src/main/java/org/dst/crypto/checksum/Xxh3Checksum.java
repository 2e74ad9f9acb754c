package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;

/** XXH3 with 64 bits and seed 0, in its canonical form: big-endian. */
final class Xxh3Checksum extends ComputedChecksum {
  Xxh3Checksum() {
    super("xxh3", Long.BYTES);
  }

  @Override
  public void compute(ByteBuf payload, byte[] into) {
    int length = payload.readableBytes();
    ByteBuffer bytes =
        payload.nioBufferCount() == 1
            ? payload.internalNioBuffer(payload.readerIndex(), length)
            : ByteBuffer.wrap(ByteBufUtil.getBytes(payload));
    write(Xxh3.hash(bytes, bytes.position(), length), into, Long.BYTES);
  }
}
