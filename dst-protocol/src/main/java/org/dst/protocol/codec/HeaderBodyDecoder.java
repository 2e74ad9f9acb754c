package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.dst.protocol.MalformedException;

/**
 * Splits a byte stream into messages: a header of fixed size, then a body whose length the header
 * gives.
 *
 * <p>A small body is a slice of the read buffer. One that is not complete yet gets a buffer of
 * exactly its size, and {@link InPlaceReceiver} makes the channel read the rest straight into it,
 * so a large payload is contiguous and never copied. Large bodies tend to come in runs, so the read
 * after one fetches only a header, and the next body is read in place from its first byte.
 *
 * <p>One instance per channel, on its event loop. It must be the first inbound handler. A subclass
 * may replace itself in the pipeline from {@link #onMessage}; bytes that it has not consumed go to
 * its successor, because a peer may send on without waiting.
 */
public abstract class HeaderBodyDecoder extends ChannelInboundHandlerAdapter {
  private final HeaderBodyAssembler assembler;
  private ByteBuf backlog;
  private boolean paused;
  private boolean delivering;
  private boolean ended;

  /** The channel's auto-read setting; follows {@link #paused}, but never during a delivery. */
  private boolean reading = true;

  /** Whether this decoder left the pipeline before the stream ended. */
  private boolean replaced;

  private ChannelHandlerContext context;

  /** A decoder for messages with a header of {@code headerLength} bytes. */
  protected HeaderBodyDecoder(int headerLength) {
    assembler = new HeaderBodyAssembler(headerLength);
  }

  /**
   * Parses a complete header.
   *
   * @return the body's length, 0 to {@link Integer#MAX_VALUE}, or {@link #skip} of it to discard
   *     the body
   * @throws MalformedException if the header is damaged or its length exceeds the limits
   */
  protected abstract long parseHeader(byte[] header) throws MalformedException;

  /**
   * Handles a complete message. An unchecked exception closes the channel, because a message was
   * lost.
   *
   * @param header valid until the method returns
   * @param body owned by the callee; null if it was empty or skipped
   * @throws MalformedException to end the stream
   */
  protected abstract void onMessage(byte[] header, ByteBuf body) throws MalformedException;

  /** Parses the body of one kind of message. */
  protected interface MessageDecoder<M> {
    /**
     * Decodes the readable bytes of {@code body}.
     *
     * @throws MalformedException if they are not such a message
     */
    M decode(ByteBuf body) throws MalformedException;
  }

  /**
   * Decodes a body and releases it.
   *
   * @param body null if it was empty
   * @param what names the message in errors
   * @throws MalformedException if the body is empty or invalid
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

  /** Allocates a buffer with exactly {@code length} writable bytes for an incomplete body. */
  protected ByteBuf bodyBuffer(ByteBufAllocator allocator, int length) {
    return allocator.directBuffer(length, length);
  }

  /** The stream is damaged; nothing more is delivered. Called once. */
  protected abstract void onMalformed(MalformedException cause);

  /** The channel has nothing more to read for now: time to flush. */
  protected abstract void onReadComplete();

  /** What {@link #parseHeader} returns to discard a body of {@code length} bytes. */
  protected static long skip(long length) {
    return -length - 1;
  }

  /** This handler's context; null before it was added to a pipeline. */
  protected final ChannelHandlerContext context() {
    return context;
  }

  /**
   * Pauses or resumes delivery. A paused decoder stops reading the channel and keeps what it has
   * already read. May be called from {@link #onMessage}, and from {@link #parseHeader} to hold a
   * message back before memory is allocated for its body.
   */
  public void setPaused(boolean paused) {
    assert context.executor().inEventLoop();
    this.paused = paused;
    if (delivering) {
      return;
    }
    // If the header was the last thing to arrive, a message with an empty body may be pending.
    if (!paused && (backlog != null || assembler.headerDone())) {
      ByteBuf waiting = backlog == null ? Unpooled.EMPTY_BUFFER : backlog;
      backlog = null;
      deliver(waiting);
      onReadComplete();
    }
    adjustReading();
  }

  /** Call after the backlog is delivered: some channels read from inside {@code setAutoRead}. */
  private void adjustReading() {
    if (reading == paused) {
      reading = !paused;
      context.channel().config().setAutoRead(reading);
    }
  }

  /** Ends delivery for good: what was read already and what still arrives is dropped. */
  protected final void end() {
    ended = true;
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
    assembler.release();
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
    if (paused || ended) {
      assembler.forgetTarget();
      return null;
    }
    return assembler.allocateTarget();
  }

  /** How many bytes the next ordinary read should fetch; 0 for no limit. */
  final int readLimit() {
    return paused || ended ? 0 : assembler.readLimit();
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
      while (!paused && !ended && assembler.advance(in, this)) {
        // each step consumes bytes or completes a message
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

  /** Keeps, passes on or releases what a delivery left over. */
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
      assembler.forgetTarget();
    }
  }
}
