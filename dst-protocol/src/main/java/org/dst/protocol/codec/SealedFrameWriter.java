package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/**
 * Writes the frames of a secured link, each as one sealed record.
 *
 * <p>The small frames of a batch are built and sealed in one shared buffer. A large frame is built
 * around its payload if there is room. It is then sealed in place, if nobody else needs the payload
 * and the cipher is as fast that way, or into a buffer of its own, possibly on another thread.
 * Records are sent in the order of their frames: later ones wait for one that is still being
 * sealed.
 */
final class SealedFrameWriter extends FrameWriter {
  /** Size of a buffer for small records: the largest that is cheap to allocate. */
  private static final int BATCH = 16 << 10;

  /** Below this, copying into the batch is cheaper than giving the socket another buffer. */
  private static final int IN_PLACE_MINIMUM = 8 << 10;

  private static final int OVERHEAD = LinkSecurity.LENGTH_FIELD + LinkSecurity.TAG;

  /** Not writable above the high-water marks until the pending records fall to the low ones. */
  private static final int HIGH_BYTES = 8 << 20;

  private static final int LOW_BYTES = 2 << 20;
  private static final int HIGH_RECORDS = 256;
  private static final int LOW_RECORDS = 64;

  private final Channel channel;
  private final int checksumLength;
  private final RecordSealer sealer;
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
      RecordSealer sealer,
      FrameListener listener) {
    super(function);
    this.channel = channel;
    this.checksumLength = checksumLength;
    this.sealer = sealer;
    this.listener = listener;
    sealer.start(this::emit, this::runEnded, listener::onException);
  }

  @Override
  void put(FrameHeader header, byte[] checksum, ByteBuf payload) {
    assert channel.eventLoop().inEventLoop();
    try {
      if (!closed) {
        unflushed = true;
        putCopy(header, checksum, payload, payload == null ? 0 : payload.readableBytes());
      }
    } catch (RuntimeException | OutOfMemoryError failure) {
      failed(failure);
    } finally {
      if (payload != null) {
        payload.release();
      }
    }
  }

  private void putCopy(FrameHeader header, byte[] checksum, ByteBuf payload, int length) {
    int frame = FrameHeader.LENGTH + (length == 0 ? 0 : checksumLength + length);
    if (OVERHEAD + frame > BATCH) {
      ByteBuf copy = channel.alloc().directBuffer(frame, frame);
      build(copy, header, checksum, payload, length);
      sealAlone(copy);
      return;
    }
    ByteBuf out = room(OVERHEAD + frame);
    int index = out.writerIndex();
    out.writerIndex(index + LinkSecurity.LENGTH_FIELD);
    build(out, header, checksum, payload, length);
    out.writerIndex(out.writerIndex() + LinkSecurity.TAG);
    sealer.sealNow(out, index, frame);
  }

  @Override
  void putKept(FrameHeader header, byte[] checksum, ByteBuf payload) {
    int length = payload.readableBytes();
    int frame = FrameHeader.LENGTH + checksumLength + length;
    if (closed || length < IN_PLACE_MINIMUM || frame > sealer.inlineLimit()) {
      put(header, checksum, payload); // a resend's header must not overwrite what a thread seals
      return;
    }
    unflushed = true;
    prepend(header, checksum, checksumLength, payload);
    sealAlone(payload);
  }

  @Override
  void putOwned(FrameHeader header, byte[] checksum, ByteBuf payload) {
    if (closed || payload.readableBytes() < IN_PLACE_MINIMUM) {
      put(header, checksum, payload);
      return;
    }
    unflushed = true;
    prepend(header, checksum, checksumLength, payload);
    int frame = payload.readableBytes();
    boolean room = payload.maxWritableBytes() >= LinkSecurity.TAG;
    if (room && sealer.isFastInPlace() && frame <= sealer.inlineLimit()) {
      sealInPlace(payload, frame);
    } else {
      sealAlone(payload);
    }
  }

  /** Seals a frame, the readable bytes, using the room before and after it for the record. */
  private void sealInPlace(ByteBuf buffer, int frame) {
    int begin = buffer.readerIndex() - LinkSecurity.LENGTH_FIELD;
    ByteBuf record = buffer;
    try {
      emitBatch();
      buffer.setIndex(begin, begin + OVERHEAD + frame);
      sealer.sealNow(buffer, begin, frame);
      record = null;
      emitInTurn(buffer);
    } catch (RuntimeException | OutOfMemoryError failure) {
      failed(failure);
    } finally {
      ReferenceCountUtil.release(record);
    }
  }

  /** Seals a frame, the readable bytes, into a buffer of its own; releases the frame. */
  private void sealAlone(ByteBuf frame) {
    int length = frame.readableBytes();
    ByteBuf record = null;
    boolean passedOn = false;
    try {
      emitBatch();
      record = channel.alloc().directBuffer(OVERHEAD + length, OVERHEAD + length);
      if (length > sealer.inlineLimit()) {
        passedOn = true;
        sealer.sealLater(frame, record);
        congested |= sealer.pendingBytes() > HIGH_BYTES || sealer.pending() > HIGH_RECORDS;
        return;
      }
      sealer.sealNow(frame, frame.readerIndex(), length, record, 0);
      ByteBuf sealed = record.writerIndex(OVERHEAD + length);
      record = null;
      emitInTurn(sealed);
    } catch (RuntimeException | OutOfMemoryError failure) {
      failed(failure);
    } finally {
      if (!passedOn) {
        frame.release();
        ReferenceCountUtil.release(record);
      }
    }
  }

  /** The buffers may hold unsealed frames, which must never be sent, so the link ends. */
  private void failed(Throwable failure) {
    close();
    listener.onException(failure);
  }

  private void build(
      ByteBuf out, FrameHeader header, byte[] checksum, ByteBuf payload, int length) {
    header.write(out, length);
    if (length > 0) {
      out.writeBytes(checksum, 0, checksumLength);
      out.writeBytes(payload, payload.readerIndex(), length);
    }
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

  /** Sends the small records in order; the rest of the buffer stays in use. */
  private void emitBatch() {
    if (batch == null || !batch.isReadable()) {
      return;
    }
    emitInTurn(batch.readRetainedSlice(batch.readableBytes()));
  }

  private void emitInTurn(ByteBuf records) {
    if (sealer.isIdle()) {
      emit(records);
    } else {
      sealer.later(() -> emit(records), records::release);
    }
  }

  private void emit(ByteBuf records) {
    channel.write(records, channel.voidPromise());
  }

  /** A run of large records, and what waited behind them, has reached the channel. */
  private void runEnded() {
    if (closed) {
      return;
    }
    if (flushWanted) {
      flushWanted = !sealer.isIdle();
      channel.flush();
    }
    if (congested && sealer.pendingBytes() <= LOW_BYTES && sealer.pending() <= LOW_RECORDS) {
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
      flushWanted = !sealer.isIdle();
      channel.flush();
    }
  }

  @Override
  public boolean isWritable() {
    return !congested && channel.isWritable();
  }

  @Override
  public boolean isDrained() {
    return sealer.isIdle() && isEmpty(channel);
  }

  @Override
  public ChannelFuture mark() {
    ChannelPromise left = channel.newPromise();
    if (closed) {
      left.cancel(false);
    } else if (sealer.isIdle()) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER, left);
    } else {
      sealer.later(
          () -> channel.writeAndFlush(Unpooled.EMPTY_BUFFER, left), () -> left.cancel(false));
    }
    return left;
  }

  @Override
  public void close() {
    closed = true;
    releaseBatch();
    sealer.close();
  }
}
