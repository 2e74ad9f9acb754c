package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import org.dst.protocol.Limits;

/** Writes frames to a link. Nothing leaves before {@link #flush()}. Event loop only. */
public abstract class FrameWriter {
  /** Queued bytes that are worth a system call of their own, while they are still in a cache. */
  private static final int HEAVY = 128 << 10;

  /**
   * Room before the payload in a buffer of {@link #payloadBuffer}: for the 84 bytes that may
   * precede it, and some more. Netty's buffers of 4 KiB and a little begin 16 bytes before a cache
   * line; so their payloads begin with one, which the kernel's copies like.
   */
  private static final int HEAD_ROOM = 144;

  /**
   * No larger payload that is kept is sent from where it is: crypto threads get a copy. Room before
   * it would only double its memory, which Netty's allocator gives in powers of two.
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
   * The writer of a link.
   *
   * @param checksumLength bytes of what {@code function} computes
   * @param security what seals the link's records; null if it is plain
   * @param listener told when more may be written again, and of failures
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
   * A buffer for a payload that {@link #writeKept} need not copy: unless the payload is large,
   * there is room before it that belongs to the writers.
   *
   * @param length in bytes; exactly as many are writable
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
   * A buffer for a payload that {@link #writeOwned} can make a whole record of, where it is: there
   * is room on both sides of it.
   *
   * @param length in bytes; a few more are writable
   */
  public static ByteBuf ownedBuffer(ByteBufAllocator allocator, int length) {
    return withHeadRoom(allocator, length + LinkSecurity.TAG);
  }

  /**
   * Queues a frame.
   *
   * @param payload its readable bytes are sent and it is released; null or empty for none
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

  /** Queues a frame whose payload's checksum is known already; without a payload it has none. */
  public final void write(FrameHeader header, byte[] checksum, ByteBuf payload) {
    queued += FrameHeader.LENGTH + (payload == null ? 0 : payload.readableBytes());
    put(header, checksum, payload);
  }

  /**
   * Queues a frame with a payload that somebody holds and may send again, in a frame of its own.
   *
   * @param payload its readable bytes are sent, and it is released; if they begin in the middle of
   *     a buffer, as those of {@link #payloadBuffer} do, what is before them may be overwritten
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
   * Queues a frame with a payload that nobody else holds or will look at: the frame may be made
   * where it is, over the bytes around and in it.
   *
   * @param payload as for {@link #write(FrameHeader, ByteBuf)}; of {@link #ownedBuffer} if it is
   *     not to be copied
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

  /** Makes a frame in place: moves the reader index to its begin. */
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

  /** Queues a frame with a payload that has room before it; releases the payload. */
  abstract void putKept(FrameHeader header, byte[] checksum, ByteBuf payload);

  /** Queues a frame with a payload of {@link #ownedBuffer}, which may be overwritten. */
  abstract void putOwned(FrameHeader header, byte[] checksum, ByteBuf payload);

  /** Whether so much is queued that it should be sent before more is made ready. */
  public final boolean isHeavy() {
    return queued >= HEAVY;
  }

  /** Sends what was queued. */
  public final void flush() {
    queued = 0;
    send();
  }

  /** Sends what was queued. */
  abstract void send();

  /** Whether more frames may be written without piling up. */
  public abstract boolean isWritable();

  /** Whether everything that was flushed has been given to the kernel. */
  public abstract boolean isDrained();

  /** Succeeds when everything that was flushed before has been given to the kernel. */
  public abstract ChannelFuture mark();

  /** Gives back what was not emitted; for a link that is closed. */
  public abstract void close();

  static boolean isEmpty(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null || waiting.isEmpty();
  }
}
