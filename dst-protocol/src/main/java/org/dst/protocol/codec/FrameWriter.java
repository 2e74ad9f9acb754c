package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.dst.protocol.Limits;

/**
 * Writes frames to a link. Headers of one batch share a buffer, so that a run of small frames is
 * one piece for the socket; payloads are passed on, not copied. Nothing leaves before {@link
 * #flush()}. Event loop only.
 */
public final class FrameWriter {
  private static final int BATCH = 4096;

  private final Channel channel;
  private final int checksumLength;
  private final ChecksumFunction function;
  private final byte[] checksum = new byte[Limits.MAX_CHECKSUM];
  private ByteBuf batch;
  private boolean unflushed;

  /** A writer to {@code channel} for a link with payload checksums of that length and function. */
  public FrameWriter(Channel channel, int checksumLength, ChecksumFunction function) {
    this.channel = channel;
    this.checksumLength = checksumLength;
    this.function = function;
  }

  /**
   * Queues a frame.
   *
   * @param payload its readable bytes are sent and it is released; null for none
   */
  public void write(FrameHeader header, ByteBuf payload) {
    if (payload == null) {
      header.write(room(FrameHeader.LENGTH), 0);
      return;
    }
    function.compute(payload, checksum);
    write(header, checksum, payload);
  }

  /** Queues a frame whose payload's checksum is known already. */
  public void write(FrameHeader header, byte[] checksum, ByteBuf payload) {
    ByteBuf head = room(FrameHeader.LENGTH + checksumLength);
    header.write(head, payload.readableBytes());
    head.writeBytes(checksum, 0, checksumLength);
    emitBatch();
    channel.write(payload, channel.voidPromise());
  }

  /** Sends what was queued. */
  public void flush() {
    emitBatch();
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  /** Gives back what was not emitted; for a link that is closed. */
  public void close() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  private ByteBuf room(int bytes) {
    assert channel.eventLoop().inEventLoop();
    if (batch != null && batch.writableBytes() < bytes) {
      emitBatch();
      batch.release();
      batch = null;
    }
    if (batch == null) {
      batch = channel.alloc().directBuffer(BATCH, BATCH);
    }
    unflushed = true;
    return batch;
  }

  /** Passes the collected headers to the channel; the rest of the buffer serves on. */
  private void emitBatch() {
    if (batch != null && batch.isReadable()) {
      channel.write(batch.readRetainedSlice(batch.readableBytes()), channel.voidPromise());
    }
  }
}
