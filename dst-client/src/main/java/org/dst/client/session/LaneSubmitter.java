package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import org.dst.client.device.BlockRequest;

/** Where a session puts requests into a lane. Any thread. */
interface LaneSubmitter {
  /** Takes a whole request; a reference to its payload was retained for the lane. */
  void submit(BlockRequest request);

  /** Takes a part of a request, and the payload's reference. */
  void submit(SplitRequest split, int part, long offset, long count, ByteBuf payload);
}
