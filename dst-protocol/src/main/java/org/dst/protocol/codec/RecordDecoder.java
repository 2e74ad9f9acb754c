package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.dst.protocol.MalformedException;

/**
 * Cuts a stream into records of a fixed-size header and a body whose length the header tells.
 *
 * <p>Small bodies are slices of what the channel read. A body that is not complete yet gets a
 * buffer of exactly its size, and {@link InPlaceReceiver} lets the channel read the rest straight
 * into it, so that a large payload is contiguous and not copied. Large ones come in runs, so the
 * read after one fetches a header only, and the next body is read in place from its first byte. One
 * instance for each channel, on its event loop; it has to be the first handler that sees what the
 * channel read.
 *
 * <p>A decoder that is replaced in the pipeline, which it may do in {@link #onRecord}, passes what
 * it has not looked at to its successor: a peer may send on without waiting.
 */
public abstract class RecordDecoder extends ChannelInboundHandlerAdapter {
  /** Below this a missing rest is fetched by an ordinary read, which may bring more with it. */
  private static final int IN_PLACE_MINIMUM = 8192;

  /** From this on a body is read in place to its end. */
  private static final int LARGE_BODY = 64 << 10;

  private final byte[] header;
  private int headerFill;
  private boolean headerDone;
  private long bodyLength;
  private long toSkip;
  private ByteBuf body;

  /** The unfilled end of {@link #body}, while the channel reads into it. */
  private ByteBuf inPlace;

  /** Whether the last record's body was read in place. */
  private boolean afterLarge;

  private ByteBuf backlog;
  private boolean paused;
  private boolean delivering;
  private boolean ended;

  /** Whether the channel reads by itself; follows {@link #paused}, but never during a delivery. */
  private boolean reading = true;

  /** Whether this decoder left the pipeline before the stream ended. */
  private boolean replaced;

  private ChannelHandlerContext context;

  /** A decoder for records whose header has {@code headerLength} bytes. */
  protected RecordDecoder(int headerLength) {
    header = new byte[headerLength];
  }

  /**
   * Looks at a complete header.
   *
   * @return the body's length, 0 to {@link Integer#MAX_VALUE}; negative if the body is to be
   *     skipped: its length is then {@code -(result + 1)}
   * @throws MalformedException if the header is damaged or its length beyond the limits
   */
  protected abstract long parseHeader(byte[] header) throws MalformedException;

  /**
   * Takes a whole record. The header array is reused after the return. An unchecked exception
   * closes the channel, because a record was lost.
   *
   * @param body the body, owned by the callee; null if it was empty or skipped
   * @throws MalformedException if the record ends the stream
   */
  protected abstract void onRecord(byte[] header, ByteBuf body) throws MalformedException;

  /** Makes a message of a body. */
  protected interface MessageDecoder<M> {
    /**
     * @throws MalformedException if the bytes are no such message
     */
    M decode(ByteBuf body) throws MalformedException;
  }

  /**
   * The message in a body, which is released.
   *
   * @param body null if it was empty
   * @param what the message is, for people
   * @throws MalformedException if there is none, or it makes no sense
   */
  protected static <M> M message(ByteBuf body, String what, MessageDecoder<M> decoder)
      throws MalformedException {
    if (body == null) {
      throw new MalformedException("empty " + what);
    }
    try {
      return decoder.decode(body);
    } finally {
      body.release();
    }
  }

  /** A buffer for a body that is not complete yet, with exactly so many writable bytes. */
  protected ByteBuf bodyBuffer(ByteBufAllocator allocator, int length) {
    return allocator.directBuffer(length, length);
  }

  /** The stream is damaged; nothing more is delivered. Called once. */
  protected abstract void onMalformed(MalformedException cause);

  /** The channel has no more to read for now: the time to flush what was written. */
  protected abstract void onReadComplete();

  /** The result of {@link #parseHeader} for a body that is to be thrown away. */
  protected static long skip(long length) {
    return -length - 1;
  }

  /** The channel that this decoder reads from; null before it was added. */
  protected final ChannelHandlerContext context() {
    return context;
  }

  /**
   * Stops or resumes delivery; while paused the channel is not read, and what was read already is
   * kept. May be called from {@link #onRecord}, and from {@link #parseHeader} to hold the record
   * back before its body gets memory.
   */
  public void setPaused(boolean paused) {
    assert context.executor().inEventLoop();
    this.paused = paused;
    if (delivering) {
      return;
    }
    // A header that was the last to come may wait for its body of 0 bytes.
    if (!paused && (backlog != null || headerDone)) {
      ByteBuf waiting = backlog == null ? Unpooled.EMPTY_BUFFER : backlog;
      backlog = null;
      deliver(waiting);
      onReadComplete();
    }
    adjustReading();
  }

  /** Reading starts after the backlog is delivered: some channels read within the call. */
  private void adjustReading() {
    if (reading == paused) {
      reading = !paused;
      context.channel().config().setAutoRead(reading);
    }
  }

  /** Delivers nothing more, whatever arrives; what was read already is dropped. */
  protected final void end() {
    ended = true;
  }

  /** Whether the stream has stopped inside a record, which a peer that ends cleanly never does. */
  protected final boolean insideRecord() {
    return headerFill > 0 || headerDone;
  }

  @Override
  public final void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
    InPlaceReceiver.of(context.channel()).serve(this);
  }

  @Override
  public final void handlerRemoved(ChannelHandlerContext context) {
    replaced = !ended;
    ended = true;
    ByteBuf rest = replaced ? backlog : null;
    if (rest != null) {
      backlog = null;
    }
    releaseBuffers();
    if (replaced) {
      paused = false;
      adjustReading();
    }
    if (rest != null) {
      context.fireChannelRead(rest);
      context.fireChannelReadComplete();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended = true;
    releaseBuffers();
    context.fireChannelInactive();
  }

  private void releaseBuffers() {
    if (body != null) {
      body.release();
      body = null;
    }
    if (backlog != null) {
      backlog.release();
      backlog = null;
    }
  }

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (ended) {
      in.release();
    } else if (paused) {
      keep(in);
    } else {
      deliver(in);
    }
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext context) {
    onReadComplete();
  }

  /** The buffer that the channel should read into next, or null for an ordinary one. */
  final ByteBuf inPlaceTarget() {
    inPlace = null;
    if (body != null && !paused && !ended && worthReading(body)) {
      inPlace = body.retainedSlice(body.writerIndex(), body.writableBytes()).writerIndex(0);
    }
    return inPlace;
  }

  /**
   * Also the last bytes of a large body: an ordinary read for them would bring the begin of the
   * next one with it, to be copied.
   */
  private static boolean worthReading(ByteBuf body) {
    return body.writableBytes() >= IN_PLACE_MINIMUM
        || body.isWritable() && body.capacity() >= LARGE_BODY;
  }

  /** Bytes that the next ordinary read should fetch at the most, or 0 for any number. */
  final int headerRest() {
    return afterLarge && !headerDone && !paused && !ended ? header.length - headerFill : 0;
  }

  private void keep(ByteBuf in) {
    if (!in.isReadable()) {
      in.release();
    } else if (backlog == null) {
      backlog = in;
    } else {
      backlog = context.alloc().compositeBuffer().addComponents(true, backlog, in);
    }
  }

  private void deliver(ByteBuf in) {
    boolean failed = true;
    delivering = true;
    try {
      while (!paused && !ended && step(in)) {
        // each step consumes bytes or completes a record
      }
      failed = false;
    } catch (MalformedException malformed) {
      ended = true;
      onMalformed(malformed);
      failed = false;
    } finally {
      delivering = false;
      if (failed) {
        ended = true;
        context.close();
      }
      settle(in);
    }
  }

  /** Finds a place for what a delivery left over. */
  private void settle(ByteBuf in) {
    if (!ended) {
      keep(in);
      adjustReading();
    } else if (replaced && in.isReadable()) {
      context.fireChannelRead(in);
    } else {
      in.release();
      releaseBuffers();
    }
    if (in != backlog) {
      inPlace = null; // the object may be recycled and come back as somebody else's slice
    }
  }

  /** Advances by one header, one piece of a body or one record; false when bytes are missing. */
  private boolean step(ByteBuf in) throws MalformedException {
    if (!headerDone) {
      return readHeader(in);
    }
    if (toSkip > 0) {
      int skipped = (int) Math.min(toSkip, in.readableBytes());
      in.skipBytes(skipped);
      toSkip -= skipped;
      if (toSkip > 0) {
        return false;
      }
      complete(null);
      return true;
    }
    if (bodyLength == 0) {
      complete(null);
      return true;
    }
    return readBody(in);
  }

  private boolean readHeader(ByteBuf in) throws MalformedException {
    int piece = Math.min(header.length - headerFill, in.readableBytes());
    in.readBytes(header, headerFill, piece);
    headerFill += piece;
    if (headerFill < header.length) {
      return false;
    }
    long parsed = parseHeader(header);
    headerDone = true;
    bodyLength = Math.max(parsed, 0);
    toSkip = parsed < 0 ? -(parsed + 1) : 0;
    return true;
  }

  private boolean readBody(ByteBuf in) throws MalformedException {
    if (body == null) {
      if (!in.isReadable() && bodyLength < IN_PLACE_MINIMUM) {
        return false;
      }
      if (in.readableBytes() >= bodyLength) {
        complete(in.readRetainedSlice((int) bodyLength));
        return true;
      }
      body = bodyBuffer(context.alloc(), (int) bodyLength);
    }
    int piece = Math.min(body.writableBytes(), in.readableBytes());
    boolean large = in == inPlace;
    if (large) {
      body.writerIndex(body.writerIndex() + piece);
      in.skipBytes(piece);
    } else {
      body.writeBytes(in, piece);
    }
    if (body.isWritable()) {
      return false;
    }
    ByteBuf whole = body;
    body = null;
    complete(whole);
    afterLarge = large;
    return true;
  }

  private void complete(ByteBuf whole) throws MalformedException {
    headerFill = 0;
    headerDone = false;
    afterLarge = false;
    onRecord(header, whole);
  }
}
