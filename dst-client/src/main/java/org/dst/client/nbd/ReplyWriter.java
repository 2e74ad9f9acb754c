package org.dst.client.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.client.nbd.wire.MetaContext;
import org.dst.client.nbd.wire.NbdCommand;
import org.dst.client.nbd.wire.NbdError;
import org.dst.client.nbd.wire.Zeroes;

/**
 * Writes replies to a client. Headers and small replies of one batch share a buffer, so that a run
 * of them is one piece for the socket; data is passed on, not copied. Nothing leaves before {@link
 * #flush}. Event loop only.
 *
 * <pre>
 *   simple:      magic 0x67446698 (4)  error (4)            cookie (8)
 *   structured:  magic 0x668e33ef (4)  flags (2)  type (2)  cookie (8)  length (4)
 *   extended:    magic 0x6e8a278c (4)  flags (2)  type (2)  cookie (8)  offset (8)  length (8)
 * </pre>
 */
final class ReplyWriter {
  static final int SIMPLE_MAGIC = 0x67446698;
  static final int STRUCTURED_MAGIC = 0x668e33ef;
  static final int EXTENDED_MAGIC = 0x6e8a278c;

  static final int FLAG_DONE = 1;
  static final int TYPE_NONE = 0;
  static final int TYPE_OFFSET_DATA = 1;
  static final int TYPE_OFFSET_HOLE = 2;
  static final int TYPE_BLOCK_STATUS = 5;
  static final int TYPE_BLOCK_STATUS_EXT = 6;
  static final int TYPE_ERROR = (1 << 15) + 1;
  static final int TYPE_ERROR_OFFSET = (1 << 15) + 2;

  private static final int BATCH = 4096;
  private static final int LONGEST_HEADER = 32;

  /** Reads shorter than this are not searched for zeroes. */
  private static final int SHORTEST_HOLE = 4096;

  /** Queued data that is worth its own system call, while it is still in the CPU cache. */
  private static final int HEAVY = 128 << 10;

  private static final byte[] NO_TEXT = {};

  private final Channel channel;
  private final HeaderFormat format;
  private ByteBuf batch;
  private boolean unflushed;
  private int queuedData;

  ReplyWriter(Channel channel, HeaderFormat format) {
    this.channel = channel;
    this.format = format;
  }

  /** A command without data in its reply succeeded. */
  void done(NbdRequest request) {
    if (format == HeaderFormat.EXTENDED) {
      chunk(room(LONGEST_HEADER), TYPE_NONE, request, 0);
    } else {
      simple(request, 0);
    }
  }

  /** A READ succeeded; the data is sent and released. */
  void data(NbdRequest request, ByteBuf data) {
    int length = data.readableBytes();
    if (!format.chunked()) {
      simple(request, 0);
    } else if (length >= SHORTEST_HOLE && Zeroes.only(data)) {
      data.release();
      chunk(room(LONGEST_HEADER + 12), TYPE_OFFSET_HOLE, request, 12);
      batch.writeLong(request.offset()).writeInt(length);
      return;
    } else {
      chunk(room(LONGEST_HEADER + 8), TYPE_OFFSET_DATA, request, 8L + length);
      batch.writeLong(request.offset());
    }
    emit(data);
  }

  /** A BLOCK_STATUS succeeded; the descriptors are sent and released. */
  void blockStatus(NbdRequest request, ByteBuf descriptors, int count) {
    int length = descriptors.readableBytes();
    ByteBuf head = room(LONGEST_HEADER + 8);
    if (format == HeaderFormat.EXTENDED) {
      chunk(head, TYPE_BLOCK_STATUS_EXT, request, 8L + length);
      head.writeInt(MetaContext.ALLOCATION_ID).writeInt(count);
    } else {
      chunk(head, TYPE_BLOCK_STATUS, request, 4L + length);
      head.writeInt(MetaContext.ALLOCATION_ID);
    }
    emit(descriptors);
  }

  /** The request was refused before the device saw it. */
  void refused(NbdRequest request, RequestError refusal) {
    error(request, refusal.error(), refusal.text(), TYPE_ERROR);
  }

  /** The device failed the request; what it did of the range is not known. */
  void failed(NbdRequest request, NbdError error) {
    boolean ranged = request.command() != NbdCommand.FLUSH;
    error(request, error, NO_TEXT, ranged ? TYPE_ERROR_OFFSET : TYPE_ERROR);
  }

  private void error(NbdRequest request, NbdError error, byte[] text, int type) {
    if (!format.chunked()) {
      simple(request, error.code());
      return;
    }
    int length = 6 + text.length + (type == TYPE_ERROR_OFFSET ? 8 : 0);
    ByteBuf out = room(LONGEST_HEADER + length);
    chunk(out, type, request, length);
    out.writeInt(error.code()).writeShort(text.length).writeBytes(text);
    if (type == TYPE_ERROR_OFFSET) {
      out.writeLong(request.offset());
    }
  }

  private void simple(NbdRequest request, int error) {
    room(16).writeInt(SIMPLE_MAGIC).writeInt(error).writeLong(request.cookie());
  }

  private void chunk(ByteBuf out, int type, NbdRequest request, long length) {
    boolean extended = format == HeaderFormat.EXTENDED;
    out.writeInt(extended ? EXTENDED_MAGIC : STRUCTURED_MAGIC);
    out.writeShort(FLAG_DONE).writeShort(type).writeLong(request.cookie());
    if (extended) {
      out.writeLong(request.offset()).writeLong(length);
    } else {
      out.writeInt((int) length);
    }
  }

  private void emit(ByteBuf data) {
    queuedData += data.readableBytes();
    emitBatch();
    channel.write(data, channel.voidPromise());
    unflushed = true; // also if that write ran a task that flushed
  }

  /** Whether enough is queued that it should be sent before more is prepared. */
  boolean isHeavy() {
    return queuedData >= HEAVY;
  }

  /** Sends what was queued. */
  void flush() {
    queuedData = 0;
    emitBatch();
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  /** Gives back what was not emitted; for a connection that is closed. */
  void close() {
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

  /** Passes the collected bytes to the channel; the rest of the buffer serves on. */
  private void emitBatch() {
    if (batch != null && batch.isReadable()) {
      channel.write(batch.readRetainedSlice(batch.readableBytes()), channel.voidPromise());
    }
  }
}
