package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import org.dst.protocol.Limits;

/**
 * Writes frames to a link. Headers of one batch share a buffer, so that a run of small frames is
 * one piece for the socket; payloads are passed on, not copied. Nothing leaves before {@link
 * #flush()}. Event loop only.
 *
 * <p>The channel tells of a change of its writability from inside a write, that is between a
 * frame's header and its payload: whoever hears of it there must not write frames before it
 * returned.
 */
public final class FrameWriter {
  private static final int BATCH = 4096;

  private final Channel channel;
  private final int checksumLength;
  private final ChecksumFunction function;
  private final byte[] checksum = new byte[Limits.MAX_CHECKSUM];
  private ByteBuf batch;
  private boolean unflushed;
  private boolean insideFrame;

  /** A writer to {@code channel} for a link with payload checksums of that length and function. */
  public FrameWriter(Channel channel, int checksumLength, ChecksumFunction function) {
    this.channel = channel;
    this.checksumLength = checksumLength;
    this.function = function;
  }

  /**
   * Queues a frame.
   *
   * @param payload its readable bytes are sent and it is released; null or empty for none
   */
  public void write(FrameHeader header, ByteBuf payload) {
    if (payload != null && payload.isReadable()) {
      function.compute(payload, checksum);
    }
    write(header, checksum, payload);
  }

  /** Queues a frame whose payload's checksum is known already; without a payload it has none. */
  public void write(FrameHeader header, byte[] checksum, ByteBuf payload) {
    if (payload == null || !payload.isReadable()) {
      header.write(room(FrameHeader.LENGTH), 0);
      ReferenceCountUtil.release(payload);
      return;
    }
    ByteBuf head = room(FrameHeader.LENGTH + checksumLength);
    header.write(head, payload.readableBytes());
    head.writeBytes(checksum, 0, checksumLength);
    insideFrame = true;
    emitBatch();
    channel.write(payload, channel.voidPromise());
    insideFrame = false;
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
    assert !insideFrame : "a frame inside of another one";
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
