package org.dst.crypto.checksum;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;

/** The JDK's CRC32C, computed in hardware at memory speed. */
final class Crc32cChecksum extends ComputedChecksum {
  private final CRC32C crc = new CRC32C();

  Crc32cChecksum() {
    super("crc32c", Integer.BYTES);
  }

  @Override
  public void compute(ByteBuf payload, byte[] into) {
    crc.reset();
    if (payload.nioBufferCount() == 1) {
      crc.update(payload.internalNioBuffer(payload.readerIndex(), payload.readableBytes()));
    } else {
      for (var part : payload.nioBuffers()) {
        crc.update(part);
      }
    }
    write(crc.getValue(), into, Integer.BYTES);
  }
}
