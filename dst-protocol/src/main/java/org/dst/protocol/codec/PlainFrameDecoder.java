package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/** Decodes the frames of a plain link, from the end of its opening phase on. */
public final class PlainFrameDecoder extends FrameDecoder {
  private final FrameHeader header = new FrameHeader();
  private final byte[] checksum = new byte[Limits.MAX_CHECKSUM];
  private final int checksumLength;

  /** A decoder for a link with payload checksums of {@code checksumLength} bytes. */
  public PlainFrameDecoder(FrameListener listener, int checksumLength) {
    super(listener, FrameHeader.LENGTH);
    this.checksumLength = checksumLength;
  }

  @Override
  protected long parseHeader(byte[] bytes) throws MalformedException {
    header.wrap(bytes).check();
    long length = header.payloadLength();
    if (length == 0) {
      return 0;
    }
    int limit = Math.min(listener.maxPayload(header), Limits.MAX_PAYLOAD);
    if (length > limit) {
      throw new MalformedException(
          "payload length %d of opcode 0x%02x (expected: <= %d)"
              .formatted(length, header.opcodeCode(), limit));
    }
    return checksumLength + length;
  }

  @Override
  protected void onMessage(byte[] bytes, ByteBuf body) throws MalformedException {
    if (body != null) {
      body.readBytes(checksum, 0, checksumLength);
    }
    listener.onFrame(header.wrap(bytes), checksum, body);
  }
}
