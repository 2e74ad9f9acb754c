package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * Decodes the frames of a secured link: splits the stream into sealed records, has each opened by a
 * {@link RecordOpener}, and parses the frame inside. The payload of a frame is a slice of its
 * record's buffer. Apart from its length, nothing in a record is trusted before its tag is
 * verified.
 */
final class SealedFrameDecoder extends FrameDecoder {
  /** Reading stops while more than this is being opened or waits for its turn. */
  private static final int HIGH_BYTES = 8 << 20;

  private static final int LOW_BYTES = 2 << 20;
  private static final int HIGH_RECORDS = 256;
  private static final int LOW_RECORDS = 64;

  private final FrameHeader header = new FrameHeader();
  private final byte[] head = new byte[FrameHeader.LENGTH];
  private final byte[] checksum = new byte[Limits.MAX_CHECKSUM];
  private final int checksumLength;
  private final RecordOpener opener;

  /** Whether the listener has paused delivery. */
  private boolean held;

  /** Whether too many records are being opened or waiting. */
  private boolean congested;

  /** The state last passed to the base class. */
  private boolean paused;

  /** Whether the listener is in a call: frames are delivered one at a time, never nested. */
  private boolean delivering;

  SealedFrameDecoder(FrameListener listener, int checksumLength, RecordOpener opener) {
    super(listener, LinkSecurity.LENGTH_FIELD);
    this.checksumLength = checksumLength;
    this.opener = opener;
    opener.start(this::opened, this::runEnded, this::forged);
  }

  @Override
  protected long parseHeader(byte[] bytes) throws MalformedException {
    long length = 0;
    for (byte b : bytes) {
      length = length << 8 | b & 0xff;
    }
    int least = FrameHeader.LENGTH + LinkSecurity.TAG;
    long most = (long) least + checksumLength + Math.min(listener.maxPayload(), Limits.MAX_PAYLOAD);
    if (length < least || length > most) {
      opener.close(); // earlier records that are still being opened are not delivered either
      throw new MalformedException(
          "record length %d (expected: %d to %d)".formatted(length, least, most));
    }
    return length;
  }

  @Override
  protected void onMessage(byte[] bytes, ByteBuf body) {
    opener.open(body);
    if (opener.pendingBytes() > HIGH_BYTES || opener.pending() > HIGH_RECORDS) {
      congested = true;
      adjust();
    }
  }

  /** Handles an authenticated frame, in order. */
  private void opened(ByteBuf frame) {
    delivering = true;
    try {
      deliver(frame);
    } catch (MalformedException malformed) {
      end();
      opener.close();
      listener.onMalformed(malformed);
    } catch (RuntimeException | Error failure) { // a frame was lost
      end();
      opener.close();
      context().close();
      listener.onException(failure);
    } finally {
      delivering = false;
    }
    adjust();
  }

  private void deliver(ByteBuf frame) throws MalformedException {
    ByteBuf owned = frame;
    try {
      frame.readBytes(head);
      header.wrap(head).check();
      long length = header.payloadLength();
      long expected = length == 0 ? 0 : checksumLength + length;
      if (frame.readableBytes() != expected) {
        throw new MalformedException(
            "record with %d bytes after the frame header (expected: %d)"
                .formatted(frame.readableBytes(), expected));
      }
      ByteBuf payload = null;
      if (length > 0) {
        int limit = listener.maxPayload(header);
        if (length > limit) {
          throw new MalformedException(
              "payload length %d of opcode 0x%02x (expected: <= %d)"
                  .formatted(length, header.opcodeCode(), limit));
        }
        frame.readBytes(checksum, 0, checksumLength);
        payload = frame;
        owned = null;
      }
      listener.onFrame(header, checksum, payload);
    } finally {
      if (owned != null) {
        owned.release();
      }
    }
  }

  /** Frames were delivered outside of a channel read: the listener must flush after them too. */
  private void runEnded() {
    if (congested && opener.pendingBytes() <= LOW_BYTES && opener.pending() <= LOW_RECORDS) {
      congested = false;
      adjust();
    }
    onReadComplete();
  }

  private void forged() {
    end();
    listener.onMalformed(
        new MalformedException(
            "record failed authentication: it was altered, replayed, reordered or lost in"
                + " transit"));
  }

  @Override
  public void setPaused(boolean paused) {
    held = paused;
    opener.hold(paused);
    adjust();
  }

  /** Stops reading at once, but resumes only when the listener is done with its current frame. */
  private void adjust() {
    boolean pause = held || congested;
    if (pause != paused && (pause || !delivering)) {
      paused = pause;
      super.setPaused(pause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    opener.close();
    super.channelInactive(context);
  }
}
