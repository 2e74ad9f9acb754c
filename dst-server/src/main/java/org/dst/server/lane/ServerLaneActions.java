package org.dst.server.lane;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.dst.protocol.Status;

/** What a lane asks of its surroundings: the link that serves it and the I/O engine. */
public interface ServerLaneActions {
  /** Starts a request in the store. */
  void execute(LaneRequest request);

  /**
   * Sends a reply.
   *
   * @param payload owned by the callee; null for none
   */
  void reply(long id, Status status, ByteBuf payload);

  /** Whether the link accepts replies now; if not, no request is started. */
  boolean canReply();

  /** Allocates buffers. */
  ByteBufAllocator allocator();
}
