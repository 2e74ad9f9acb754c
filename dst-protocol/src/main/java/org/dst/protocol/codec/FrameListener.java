package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.MalformedException;

/** Receives a link's frames and events from its {@link FrameDecoder}, on the link's event loop. */
public interface FrameListener {
  /**
   * The largest payload, in bytes, that the link currently accepts with this header. Called before
   * memory is allocated for the payload. The decoder caps the result at {@link
   * org.dst.protocol.Limits#MAX_PAYLOAD}.
   *
   * @param header already checked; its opcode may be null
   */
  int maxPayload(FrameHeader header);

  /** The largest payload, in bytes, that the link currently accepts with any header. */
  int maxPayload();

  /**
   * Handles a complete frame. An unchecked exception closes the channel.
   *
   * @param header valid until the method returns; its opcode is null if this version does not know
   *     it
   * @param checksum the payload's checksum as sent, valid until the method returns; undefined
   *     without a payload
   * @param payload owned by the callee; null if there is none
   * @throws MalformedException if the frame violates the protocol; ends the link
   */
  void onFrame(FrameHeader header, byte[] checksum, ByteBuf payload) throws MalformedException;

  /** The stream is damaged: close the link. */
  void onMalformed(MalformedException cause);

  /** The channel has nothing more to read for now: flush. */
  void onReadComplete();

  /** {@link FrameWriter#isWritable} may have changed. */
  default void onWritabilityChanged() {}

  /** Reading, writing or a handler failed: close the link. */
  void onException(Throwable cause);

  /** The channel is closed; no call follows. */
  void onClosed();
}
