package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.MalformedException;

/** Takes what a {@link FrameDecoder} found. Every call is on the link's event loop. */
public interface FrameListener {
  /**
   * The largest payload that the link accepts now, in bytes; asked before a payload's memory is
   * allocated. Never more than {@link org.dst.protocol.Limits#MAX_PAYLOAD} is accepted.
   *
   * @param header checked; its opcode may be null
   */
  int maxPayload(FrameHeader header);

  /** The largest payload that the link accepts now, whatever the frame, in bytes. */
  int maxPayload();

  /**
   * A whole frame. An unchecked exception closes the channel.
   *
   * @param header valid until the return; its opcode is null if this version does not know it
   * @param checksum the payload's checksum as sent, valid until the return; meaningless without a
   *     payload
   * @param payload owned by the callee; null if there is none
   * @throws MalformedException if the frame breaks the protocol; ends the link
   */
  void onFrame(FrameHeader header, byte[] checksum, ByteBuf payload) throws MalformedException;

  /** The stream is damaged: close the link. */
  void onMalformed(MalformedException cause);

  /** Nothing more to read for now: flush. */
  void onReadComplete();

  /** What {@link FrameWriter#isWritable} says may have changed. */
  default void onWritabilityChanged() {}

  /** Reading, writing or a handler failed: close the link. */
  void onException(Throwable cause);

  /** The channel is closed; nothing else comes. */
  void onClosed();
}
