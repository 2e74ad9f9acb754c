package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Status;

/** What a lane asks of the world around it. */
interface LaneOutput {
  /** Sends a copy of a transaction on the present link. */
  void send(Transaction transaction, long watermark);

  /** Whether the present link takes more. */
  boolean canSend();

  /**
   * A transaction ended; it is the callee's, to be recycled.
   *
   * @param payload of the reply, owned by the callee; null if there is none
   */
  void finished(Transaction transaction, Status status, ByteBuf payload);
}
