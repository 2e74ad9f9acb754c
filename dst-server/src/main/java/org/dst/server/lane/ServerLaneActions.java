package org.dst.server.lane;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.dst.protocol.Status;

/** What a lane asks of the world around it: the link that serves it and the engine below. */
public interface ServerLaneActions {
  /** Starts a request in the store. */
  void execute(LaneRequest request);

  /**
   * Sends a reply.
   *
   * @param payload owned by the callee; null for none
   */
  void reply(long id, Status status, ByteBuf payload);

  /** Whether the link takes more replies now; if not, nothing new is started. */
  boolean canReply();

  /** Where buffers come from. */
  ByteBufAllocator allocator();
}
