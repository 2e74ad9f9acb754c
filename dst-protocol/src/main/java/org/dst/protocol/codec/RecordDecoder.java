package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.dst.protocol.MalformedException;

/**
 * Cuts a stream into records of a fixed-size header and a body whose length the header tells.
 *
 * <p>Small bodies are slices of what the channel read. A body that is not complete yet gets a
 * buffer of exactly its size, and {@link InPlaceReceiver} lets the channel read the rest straight
 * into it, so that a large payload is contiguous and not copied. One instance for each channel, on
 * its event loop.
 */
public abstract class RecordDecoder extends ChannelInboundHandlerAdapter {
  /** Below this a missing rest is fetched by an ordinary read, which may bring more with it. */
  private static final int IN_PLACE_MINIMUM = 8192;

  private final byte[] header;
  private int headerFill;
  private boolean headerDone;
  private long bodyLength;
  private long toSkip;
  private ByteBuf body;

  /** The unfilled end of {@link #body}, while the channel reads into it. */
  private ByteBuf inPlace;

  private ByteBuf backlog;
  private boolean paused;
  private boolean delivering;
  private boolean ended;
  private ChannelHandlerContext context;

  /** A decoder for records whose header has {@code headerLength} bytes. */
  protected RecordDecoder(int headerLength) {
    header = new byte[headerLength];
  }

  /**
   * Looks at a complete header.
   *
   * @return the body's length, at least 0; negative if the body is to be skipped: its length is
   *     then {@code -(result + 1)}
   * @throws MalformedException if the header is damaged or its length beyond the limits
   */
  protected abstract long parseHeader(byte[] header) throws MalformedException;

  /**
   * Takes a whole record. The header array is reused after the return.
   *
   * @param body the body, owned by the callee; null if it was empty or skipped
   * @throws MalformedException if the record ends the stream
   */
  protected abstract void onRecord(byte[] header, ByteBuf body) throws MalformedException;

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
  public final void setPaused(boolean paused) {
    assert context.executor().inEventLoop();
    if (this.paused == paused) {
      return;
    }
    this.paused = paused;
    context.channel().config().setAutoRead(!paused);
    // A header that was the last to come may wait for its body of 0 bytes.
    if (!paused && !delivering && (backlog != null || headerDone)) {
      ByteBuf waiting = backlog == null ? Unpooled.EMPTY_BUFFER : backlog;
      backlog = null;
      deliver(waiting);
      onReadComplete();
    }
  }

  /** Delivers nothing more, whatever arrives. */
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
    ended = true;
    releaseBuffers();
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
    if (body != null && !paused && !ended && body.writableBytes() >= IN_PLACE_MINIMUM) {
      inPlace = body.retainedSlice(body.writerIndex(), body.writableBytes()).writerIndex(0);
    }
    return inPlace;
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
    boolean whole = false;
    delivering = true;
    try {
      while (!paused && !ended && step(in)) {
        // each step consumes bytes or completes a record
      }
      whole = true;
    } catch (MalformedException malformed) {
      ended = true;
      onMalformed(malformed);
    } finally {
      delivering = false;
      if (!whole || ended) {
        ended = true;
        in.release();
        releaseBuffers();
      } else {
        keep(in);
      }
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
      if (!in.isReadable()) {
        return false;
      }
      if (in.readableBytes() >= bodyLength) {
        complete(in.readRetainedSlice((int) bodyLength));
        return true;
      }
      body = context.alloc().directBuffer((int) bodyLength, (int) bodyLength);
    }
    int piece = Math.min(body.writableBytes(), in.readableBytes());
    if (in == inPlace) {
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
    return true;
  }

  private void complete(ByteBuf whole) throws MalformedException {
    headerFill = 0;
    headerDone = false;
    onRecord(header, whole);
  }
}
