package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import org.dst.client.device.BlockRequest;
import org.dst.protocol.Status;

/** A request that is carried out by several transactions, each of which is one of its parts. */
public interface SplitListener {
  /** The whole request. */
  BlockRequest request();

  /**
   * A part has ended; called on the event loop of the request.
   *
   * @param part its number, as given to {@link Transaction#of(SplitListener, int, long, long,
   *     ByteBuf)}
   * @param payload of the reply, owned by the callee; null if there is none
   */
  void partDone(int part, Status status, ByteBuf payload);
}
