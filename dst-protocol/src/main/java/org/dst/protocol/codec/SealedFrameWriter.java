package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;

/**
 * Writes frames to a secured link, each as one record. A frame is put together in the buffer that
 * it is sealed in: the payload is copied, because its owner may have to send it again, or is sealed
 * where it is if its owner gave it away. Small ones of one batch share a buffer; each large one has
 * a buffer of its own, may be sealed on another thread, and what follows waits for it.
 */
final class SealedFrameWriter extends FrameWriter {
  /** Bytes of a buffer for small records: the largest that the allocator has cheaply. */
  private static final int BATCH = 16 << 10;

  /** Below this a copy into the batch costs less than a piece more for the socket. */
  private static final int LEAST_IN_PLACE = 8 << 10;

  private static final int OVERHEAD = LinkSecurity.LENGTH_FIELD + LinkSecurity.TAG;

  /** Above this nothing more should be written, below the other one it may be again. */
  private static final int HIGH_BYTES = 8 << 20;

  private static final int LOW_BYTES = 2 << 20;
  private static final int HIGH_RECORDS = 256;
  private static final int LOW_RECORDS = 64;

  private final Channel channel;
  private final int checksumLength;
  private final RecordSealing sealing;
  private final FrameListener listener;
  private ByteBuf batch;
  private boolean unflushed;
  private boolean flushWanted;
  private boolean congested;
  private boolean closed;

  SealedFrameWriter(
      Channel channel,
      int checksumLength,
      ChecksumFunction function,
      RecordSealing sealing,
      FrameListener listener) {
    super(function);
    this.channel = channel;
    this.checksumLength = checksumLength;
    this.sealing = sealing;
    this.listener = listener;
    sealing.start(this::emit, this::runEnded, listener::onException);
  }

  @Override
  void put(FrameHeader header, byte[] checksum, ByteBuf payload) {
    assert channel.eventLoop().inEventLoop();
    if (!closed) {
      int length = payload == null ? 0 : payload.readableBytes();
      int frame = FrameHeader.LENGTH + (length == 0 ? 0 : checksumLength + length);
      unflushed = true;
      if (OVERHEAD + frame <= BATCH) {
        ByteBuf out = room(OVERHEAD + frame);
        int index = out.writerIndex();
        build(out, header, checksum, payload, length);
        seal(out, index, frame);
      } else {
        ByteBuf record = channel.alloc().directBuffer(OVERHEAD + frame, OVERHEAD + frame);
        build(record, header, checksum, payload, length);
        sealAlone(record, frame);
      }
    }
    if (payload != null) {
      payload.release();
    }
  }

  /** Seals from the payload's buffer into the record: a copy less. */
  @Override
  void putKept(FrameHeader header, byte[] checksum, ByteBuf payload) {
    int length = payload.readableBytes();
    int frame = FrameHeader.LENGTH + checksumLength + length;
    if (closed || length < LEAST_IN_PLACE || frame > sealing.inlineLimit()) {
      put(header, checksum, payload); // a crypto thread must not meet the next frame's header
      return;
    }
    unflushed = true;
    emitBatch();
    prepend(header, checksum, checksumLength, payload);
    ByteBuf record = channel.alloc().directBuffer(OVERHEAD + frame, OVERHEAD + frame);
    try {
      sealing.sealNow(payload, payload.readerIndex(), frame, record, 0);
      emitInTurn(record.writerIndex(OVERHEAD + frame));
    } catch (RuntimeException failure) {
      record.release();
      failed(failure);
    } finally {
      payload.release();
    }
  }

  @Override
  void putOwned(FrameHeader header, byte[] checksum, ByteBuf payload) {
    int length = payload.readableBytes();
    boolean small = length < LEAST_IN_PLACE;
    if (closed || small || payload.capacity() - payload.writerIndex() < LinkSecurity.TAG) {
      put(header, checksum, payload);
      return;
    }
    unflushed = true;
    prepend(header, checksum, checksumLength, payload);
    int frame = payload.readableBytes();
    int begin = payload.readerIndex() - LinkSecurity.LENGTH_FIELD;
    sealAlone(payload.setIndex(begin, payload.writerIndex() + LinkSecurity.TAG), frame);
  }

  /** Seals a frame that has a buffer of its own; takes the buffer over. */
  private void sealAlone(ByteBuf record, int frame) {
    emitBatch();
    if (frame > sealing.inlineLimit()) {
      sealing.sealLater(record);
      congested |= sealing.pendingBytes() > HIGH_BYTES || sealing.pending() > HIGH_RECORDS;
    } else if (seal(record, record.readerIndex(), frame)) {
      emitInTurn(record);
    } else {
      record.release();
    }
  }

  /** Seals a frame on this thread; if that is impossible, ends the link and returns false. */
  private boolean seal(ByteBuf out, int index, int frame) {
    try {
      sealing.sealNow(out, index, frame);
      return true;
    } catch (RuntimeException failure) {
      failed(failure);
      return false;
    }
  }

  /** What is in the buffers now must never leave. */
  private void failed(RuntimeException failure) {
    close();
    listener.onException(failure);
  }

  private void build(
      ByteBuf out, FrameHeader header, byte[] checksum, ByteBuf payload, int length) {
    out.writerIndex(out.writerIndex() + LinkSecurity.LENGTH_FIELD);
    header.write(out, length);
    if (length > 0) {
      out.writeBytes(checksum, 0, checksumLength);
      out.writeBytes(payload, payload.readerIndex(), length);
    }
    out.writerIndex(out.writerIndex() + LinkSecurity.TAG);
  }

  private ByteBuf room(int bytes) {
    if (batch != null && batch.writableBytes() < bytes) {
      emitBatch();
      releaseBatch();
    }
    if (batch == null) {
      batch = channel.alloc().directBuffer(BATCH, BATCH);
    }
    return batch;
  }

  private void releaseBatch() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  /** Passes the sealed small records on, in their turn; the rest of the buffer serves on. */
  private void emitBatch() {
    if (batch == null || !batch.isReadable()) {
      return;
    }
    emitInTurn(batch.readRetainedSlice(batch.readableBytes()));
  }

  private void emitInTurn(ByteBuf records) {
    if (sealing.isIdle()) {
      emit(records);
    } else {
      sealing.later(() -> emit(records), records::release);
    }
  }

  private void emit(ByteBuf records) {
    channel.write(records, channel.voidPromise());
  }

  /** Some large records and what waited behind them are with the channel now. */
  private void runEnded() {
    if (closed) {
      return;
    }
    if (flushWanted) {
      flushWanted = !sealing.isIdle();
      channel.flush();
    }
    if (congested && sealing.pendingBytes() <= LOW_BYTES && sealing.pending() <= LOW_RECORDS) {
      congested = false;
      listener.onWritabilityChanged();
    }
  }

  @Override
  void send() {
    if (closed) {
      return;
    }
    emitBatch();
    if (unflushed) {
      unflushed = false;
      flushWanted = !sealing.isIdle();
      channel.flush();
    }
  }

  @Override
  public boolean isWritable() {
    return !congested && channel.isWritable();
  }

  @Override
  public boolean isDrained() {
    return sealing.isIdle() && isEmpty(channel);
  }

  @Override
  public ChannelFuture mark() {
    ChannelPromise left = channel.newPromise();
    if (closed) {
      left.cancel(false);
    } else if (sealing.isIdle()) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER, left);
    } else {
      sealing.later(
          () -> channel.writeAndFlush(Unpooled.EMPTY_BUFFER, left), () -> left.cancel(false));
    }
    return left;
  }

  @Override
  public void close() {
    closed = true;
    releaseBatch();
    sealing.close();
  }
}
