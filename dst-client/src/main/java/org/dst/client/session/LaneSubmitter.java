package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import org.dst.client.device.BlockRequest;

/** Submits requests to a lane. Any thread. */
interface LaneSubmitter {
  /** Submits a whole request; a reference to its payload was retained for the lane. */
  void submit(BlockRequest request);

  /** Submits a part of a request, and passes on the reference to its payload. */
  void submit(SplitRequest split, int part, long offset, long count, ByteBuf payload);
}
