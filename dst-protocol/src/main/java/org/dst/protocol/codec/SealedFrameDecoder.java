package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * Finds the records in a secured link's bytes and the frames in the records. A large record is
 * received in place, opened in place on another thread, and its payload is a part of it. Nothing of
 * a record is looked at before it is known to be genuine, but for its length.
 */
final class SealedFrameDecoder extends FrameDecoder {
  /** The channel is not read while more than this is opened or waits for its turn. */
  private static final int HIGH_BYTES = 8 << 20;

  private static final int LOW_BYTES = 2 << 20;
  private static final int HIGH_RECORDS = 256;
  private static final int LOW_RECORDS = 64;

  private final FrameHeader header = new FrameHeader();
  private final byte[] head = new byte[FrameHeader.LENGTH];
  private final byte[] checksum = new byte[Limits.MAX_CHECKSUM];
  private final int checksumLength;
  private final RecordOpener opener;

  /** Whether the listener wants no frames for now. */
  private boolean held;

  /** Whether too much is on its way. */
  private boolean congested;

  /** What the base class was told last. */
  private boolean paused;

  /** Whether the listener is being called: it gets one frame after the other. */
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
      opener.close(); // nor is anything delivered that came before and is still being opened
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

  /** A genuine frame, in its turn. */
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
            "record with %d bytes behind its header (expected: %d)"
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

  /** Frames came that no read has brought: the listener wants to know when they are all. */
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
            "a record whose tag does not fit: changed, lost or moved on its way"));
  }

  @Override
  public void setPaused(boolean paused) {
    held = paused;
    opener.hold(paused);
    adjust();
  }

  /** Stops reading at once; goes on only when the listener is done with the frame that it has. */
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
