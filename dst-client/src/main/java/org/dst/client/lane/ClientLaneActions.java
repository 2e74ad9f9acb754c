package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Status;

/** What a lane's core asks of the world around it. */
public interface ClientLaneActions {
  /**
   * Starts to connect to a server; ends in {@link LaneCore#opened} or {@link LaneCore#lost}.
   *
   * @param connectNanos at most, for the server's machine to take the connection
   */
  void dial(long connectNanos);

  /** Sends an attach on the link that was opened. */
  void attach(long generation);

  /** Sends a ping on the present link. */
  void ping();

  /** Ends the present link; {@link LaneCore#lost} follows. */
  void endLink(String why);

  /** Sends a copy of a transaction on the present link. */
  void send(Transaction transaction, long watermark);

  /** Whether the present link takes more. */
  boolean canSend();

  /** Whether the last copy of a transaction still waits to leave this machine. */
  boolean isQueued(Transaction transaction);

  /** Whether a transaction's payload still matches the checksum that was taken at intake. */
  boolean isIntact(Transaction transaction);

  /**
   * A transaction ended; it is the callee's, to be recycled.
   *
   * @param payload of the reply, owned by the callee; null if there is none
   */
  void finished(Transaction transaction, Status status, ByteBuf payload);

  /** A transaction of the lane's own, for a replay or a background flush. */
  Transaction blank();
}
