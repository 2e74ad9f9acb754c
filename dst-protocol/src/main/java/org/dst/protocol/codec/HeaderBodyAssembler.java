package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.MalformedException;

/**
 * Collects the bytes of one message after another: a header of fixed size, then a body whose length
 * the header gives. A small body that arrived in one piece becomes a slice of the read buffer; an
 * incomplete one gets a buffer of exactly its size, which the channel's next read may fill
 * directly. Owned by one {@link HeaderBodyDecoder}, on its event loop.
 */
final class HeaderBodyAssembler {
  /** If fewer bytes are missing, an ordinary read fetches them, and perhaps what follows. */
  private static final int IN_PLACE_MINIMUM = 8192;

  /** A body of at least this size is read in place to its last byte. */
  private static final int LARGE_BODY = 64 << 10;

  private final byte[] header;
  private int headerFill;
  private boolean headerDone;
  private long bodyLength;
  private long toSkip;
  private ByteBuf body;

  /** The unfilled tail of {@link #body} while the channel reads into it. */
  private ByteBuf inPlace;

  /** Whether the previous message's body was read in place. */
  private boolean afterLarge;

  HeaderBodyAssembler(int headerLength) {
    header = new byte[headerLength];
  }

  /** Whether a header is complete and its body is still missing. */
  boolean headerDone() {
    return headerDone;
  }

  /** A slice of the body for the channel to read into, or null if an ordinary read is better. */
  ByteBuf allocateTarget() {
    inPlace = null;
    if (body != null && worthReading(body)) {
      inPlace = body.retainedSlice(body.writerIndex(), body.writableBytes()).writerIndex(0);
    }
    return inPlace;
  }

  /**
   * True for the last bytes of a large body too: an ordinary read would fetch them together with
   * the beginning of the next body, which would then have to be copied.
   */
  private static boolean worthReading(ByteBuf body) {
    return body.writableBytes() >= IN_PLACE_MINIMUM
        || body.isWritable() && body.capacity() >= LARGE_BODY;
  }

  /** Forgets the target: Netty may recycle the object and hand it out as an unrelated slice. */
  void forgetTarget() {
    inPlace = null;
  }

  /** How many bytes the next ordinary read should fetch; 0 for no limit. */
  int readLimit() {
    return afterLarge && !headerDone ? header.length - headerFill : 0;
  }

  /** Releases an incomplete body. */
  void release() {
    if (body != null) {
      body.release();
      body = null;
    }
  }

  /**
   * Consumes one header, one piece of a body or the rest of a message, which it then passes to the
   * decoder.
   *
   * @return false if more bytes are needed
   */
  boolean advance(ByteBuf in, HeaderBodyDecoder decoder) throws MalformedException {
    if (!headerDone) {
      return readHeader(in, decoder);
    }
    if (toSkip > 0) {
      int skipped = (int) Math.min(toSkip, in.readableBytes());
      in.skipBytes(skipped);
      toSkip -= skipped;
      if (toSkip > 0) {
        return false;
      }
      complete(null, decoder);
      return true;
    }
    if (bodyLength == 0) {
      complete(null, decoder);
      return true;
    }
    return readBody(in, decoder);
  }

  private boolean readHeader(ByteBuf in, HeaderBodyDecoder decoder) throws MalformedException {
    int piece = Math.min(header.length - headerFill, in.readableBytes());
    in.readBytes(header, headerFill, piece);
    headerFill += piece;
    if (headerFill < header.length) {
      return false;
    }
    long parsed = decoder.parseHeader(header);
    headerDone = true;
    bodyLength = Math.max(parsed, 0);
    toSkip = parsed < 0 ? -(parsed + 1) : 0;
    return true;
  }

  private boolean readBody(ByteBuf in, HeaderBodyDecoder decoder) throws MalformedException {
    if (body == null) {
      if (!in.isReadable() && bodyLength < IN_PLACE_MINIMUM) {
        return false;
      }
      if (in.readableBytes() >= bodyLength) {
        complete(in.readRetainedSlice((int) bodyLength), decoder);
        return true;
      }
      body = decoder.bodyBuffer(decoder.context().alloc(), (int) bodyLength);
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
    complete(whole, decoder);
    afterLarge = large;
    return true;
  }

  private void complete(ByteBuf whole, HeaderBodyDecoder decoder) throws MalformedException {
    headerFill = 0;
    headerDone = false;
    afterLarge = false;
    decoder.onMessage(header, whole);
  }
}
