package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import org.dst.protocol.Limits;

/** Queues frames on a link; {@link #flush()} sends them. Event loop only. */
public abstract class FrameWriter {
  /** Queued bytes that justify a system call of their own, while the CPU cache still holds them. */
  private static final int HEAVY = 128 << 10;

  /**
   * Head room before the payload in a buffer from {@link #payloadBuffer}. A payload is preceded by
   * at most 84 bytes; the rest is for alignment: Netty's buffers of slightly more than 4 KiB begin
   * 16 bytes before a cache line, so with this head room their payloads are cache-line aligned,
   * which speeds up the kernel's copies.
   */
  private static final int HEAD_ROOM = 144;

  /**
   * Largest kept payload with head room. A larger one is never framed in place, because it is
   * sealed on a crypto thread, which gets a copy; head room would only push the allocation up to
   * Netty's next power of two.
   */
  private static final int MOST_KEPT_IN_PLACE = 256 << 10;

  private final ChecksumFunction function;
  private final byte[] computed = new byte[Limits.MAX_CHECKSUM];
  private int queued;

  FrameWriter(ChecksumFunction function) {
    assert HEAD_ROOM >= LinkSecurity.LENGTH_FIELD + FrameHeader.LENGTH + Limits.MAX_CHECKSUM;
    this.function = function;
  }

  /**
   * Creates the writer of a link.
   *
   * @param checksumLength bytes of a checksum by {@code function}
   * @param security seals the link's records; null for a plain link
   * @param listener told when the link becomes writable again, and of failures
   */
  public static FrameWriter of(
      Channel channel,
      int checksumLength,
      ChecksumFunction function,
      LinkSecurity security,
      FrameListener listener) {
    return security == null
        ? new PlainFrameWriter(channel, checksumLength, function)
        : new SealedFrameWriter(channel, checksumLength, function, security.sealer(), listener);
  }

  /**
   * Allocates a buffer for a payload that {@link #writeKept} can send without a copy: unless the
   * payload is large, it has head room, which belongs to the writers.
   *
   * @param length in bytes; exactly this many are writable
   */
  public static ByteBuf payloadBuffer(ByteBufAllocator allocator, int length) {
    return length > MOST_KEPT_IN_PLACE
        ? allocator.directBuffer(length, length)
        : withHeadRoom(allocator, length);
  }

  private static ByteBuf withHeadRoom(ByteBufAllocator allocator, int length) {
    int capacity = HEAD_ROOM + length;
    return allocator.directBuffer(capacity, capacity).setIndex(HEAD_ROOM, HEAD_ROOM);
  }

  /**
   * Allocates a buffer for a payload that {@link #writeOwned} can turn into a record in place: it
   * has room before and after the payload.
   *
   * @param length in bytes; a few more are writable
   */
  public static ByteBuf ownedBuffer(ByteBufAllocator allocator, int length) {
    return withHeadRoom(allocator, length + LinkSecurity.TAG);
  }

  /**
   * Queues a frame.
   *
   * @param payload its readable bytes are sent, then it is released; null or empty for none
   */
  public final void write(FrameHeader header, ByteBuf payload) {
    write(header, checksum(payload), payload);
  }

  private byte[] checksum(ByteBuf payload) {
    if (payload != null && payload.isReadable()) {
      function.compute(payload, computed);
    }
    return computed;
  }

  /** Queues a frame whose payload checksum is already known; ignored without a payload. */
  public final void write(FrameHeader header, byte[] checksum, ByteBuf payload) {
    queued += FrameHeader.LENGTH + (payload == null ? 0 : payload.readableBytes());
    put(header, checksum, payload);
  }

  /**
   * Queues a frame with a payload that the caller keeps and may send again in another frame.
   *
   * @param payload its readable bytes are sent, then it is released; head room before them, as in a
   *     buffer from {@link #payloadBuffer}, may be overwritten
   */
  public final void writeKept(FrameHeader header, byte[] checksum, ByteBuf payload) {
    if (payload.readerIndex() < HEAD_ROOM) {
      write(header, checksum, payload);
      return;
    }
    queued += FrameHeader.LENGTH + payload.readableBytes();
    putKept(header, checksum, payload);
  }

  /**
   * Queues a frame with a payload that nobody else uses: the frame may be built and sealed in
   * place, overwriting the payload and the bytes around it.
   *
   * @param payload as for {@link #write(FrameHeader, ByteBuf)}; to avoid a copy, from {@link
   *     #ownedBuffer}
   */
  public final void writeOwned(FrameHeader header, ByteBuf payload) {
    if (payload == null || payload.readerIndex() < HEAD_ROOM) {
      write(header, payload);
      return;
    }
    byte[] sum = checksum(payload);
    queued += FrameHeader.LENGTH + payload.readableBytes();
    putOwned(header, sum, payload);
  }

  /** Writes header and checksum before the payload, and moves the reader index to the header. */
  static void prepend(FrameHeader header, byte[] checksum, int checksumLength, ByteBuf payload) {
    int length = payload.readableBytes();
    int end = payload.writerIndex();
    int begin = payload.readerIndex() - checksumLength - FrameHeader.LENGTH;
    payload.setIndex(begin, begin);
    header.write(payload, length);
    payload.writeBytes(checksum, 0, checksumLength).writerIndex(end);
  }

  /** Queues a frame; releases the payload. */
  abstract void put(FrameHeader header, byte[] checksum, ByteBuf payload);

  /** Queues a frame with a kept payload that has head room; releases the payload. */
  abstract void putKept(FrameHeader header, byte[] checksum, ByteBuf payload);

  /** Queues a frame with an owned payload that has head room and may be overwritten. */
  abstract void putOwned(FrameHeader header, byte[] checksum, ByteBuf payload);

  /** Whether enough is queued that it should be flushed before more frames are prepared. */
  public final boolean isHeavy() {
    return queued >= HEAVY;
  }

  /** Sends what is queued. */
  public final void flush() {
    queued = 0;
    send();
  }

  /** Sends what is queued. */
  abstract void send();

  /** Whether more frames may be written without piling up. */
  public abstract boolean isWritable();

  /** Whether the kernel has taken everything that was flushed. */
  public abstract boolean isDrained();

  /** Succeeds once the kernel has taken everything flushed so far. */
  public abstract ChannelFuture mark();

  /** Releases what was not sent; for a closed link. */
  public abstract void close();

  static boolean isEmpty(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null || waiting.isEmpty();
  }
}
