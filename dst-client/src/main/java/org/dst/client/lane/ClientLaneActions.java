package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Status;

/** The side effects that a lane's core asks its shell for. Called on the lane's event loop. */
public interface ClientLaneActions {
  /**
   * Starts to connect to the server; leads to {@link LaneCore#opened} or {@link LaneCore#lost}.
   *
   * @param connectNanos limit for the server's machine to accept the connection
   */
  void dial(long connectNanos);

  /** Sends an attach on the newly opened link. */
  void attach(long generation);

  /** Sends a ping on the present link. */
  void ping();

  /** Ends the present link; {@link LaneCore#lost} follows. */
  void endLink(String why);

  /** Sends a copy of a transaction on the present link. */
  void send(Transaction transaction, long watermark);

  /** Whether the present link is writable. */
  boolean canSend();

  /** Whether the last copy of a transaction is still queued on this machine. */
  boolean isQueued(Transaction transaction);

  /** Whether a transaction's payload still matches the checksum computed at intake. */
  boolean isIntact(Transaction transaction);

  /**
   * A transaction ended; the callee owns it and may recycle it.
   *
   * @param payload of the reply, owned by the callee; null if there is none
   */
  void finished(Transaction transaction, Status status, ByteBuf payload);

  /** A blank transaction, for a replay or a background flush. */
  Transaction blank();
}
