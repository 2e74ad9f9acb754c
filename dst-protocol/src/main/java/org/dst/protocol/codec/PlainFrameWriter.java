package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.ReferenceCountUtil;

/**
 * Writes the frames of a plain link. The headers of a batch share one buffer, so a run of frames
 * without payloads reaches the socket as one piece; payloads are passed on without a copy.
 *
 * <p>The channel may fire a writability change from inside a write, between a frame's header and
 * its payload. The handler of that event must not write frames.
 */
public final class PlainFrameWriter extends FrameWriter {
  private static final int BATCH = 4096;

  private final Channel channel;
  private final int checksumLength;
  private ByteBuf batch;
  private boolean unflushed;
  private boolean insideFrame;

  /** A writer for a link with payload checksums of {@code checksumLength} bytes. */
  public PlainFrameWriter(Channel channel, int checksumLength, ChecksumFunction function) {
    super(function);
    this.channel = channel;
    this.checksumLength = checksumLength;
  }

  @Override
  void put(FrameHeader header, byte[] checksum, ByteBuf payload) {
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

  /** Never framed in place: an earlier link may still be sending from the same buffer. */
  @Override
  void putKept(FrameHeader header, byte[] checksum, ByteBuf payload) {
    put(header, checksum, payload);
  }

  @Override
  void putOwned(FrameHeader header, byte[] checksum, ByteBuf payload) {
    assert !insideFrame : "a frame inside another one";
    prepend(header, checksum, checksumLength, payload);
    emitBatch();
    unflushed = true;
    channel.write(payload, channel.voidPromise());
  }

  @Override
  void send() {
    emitBatch();
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public boolean isDrained() {
    return isEmpty(channel);
  }

  @Override
  public ChannelFuture mark() {
    return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
  }

  @Override
  public void close() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  private ByteBuf room(int bytes) {
    assert channel.eventLoop().inEventLoop();
    assert !insideFrame : "a frame inside another one";
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

  /** Passes the collected headers to the channel; the rest of the buffer stays in use. */
  private void emitBatch() {
    if (batch != null && batch.isReadable()) {
      channel.write(batch.readRetainedSlice(batch.readableBytes()), channel.voidPromise());
    }
  }
}
