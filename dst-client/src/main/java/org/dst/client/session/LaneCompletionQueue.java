package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import org.dst.client.device.BlockRequest;
import org.dst.client.lane.SplitListener;
import org.dst.client.lane.Transaction;
import org.dst.platform.loop.EventLoopQueue;
import org.dst.protocol.Status;

/**
 * Returns completions from a lane to the event loops of its requests. Confined to the lane's loop.
 */
final class LaneCompletionQueue {
  private final EventExecutor lane;
  private final Map<EventExecutor, EventLoopQueue> ways = new HashMap<>();

  /** Those from a lane that lives on that loop. */
  LaneCompletionQueue(EventExecutor lane) {
    this.lane = lane;
  }

  /** Tells the request, on its own event loop, how a transaction of it ended. */
  void deliver(Transaction transaction, Status status, ByteBuf payload) {
    EventExecutor loop = transaction.request().loop();
    if (loop.inEventLoop()) {
      transaction.complete(status, payload);
    } else {
      ways.computeIfAbsent(loop, EventLoopQueue::new)
          .pushAfterReads(new Ended(transaction, status, payload), lane);
    }
  }

  private static final class Ended extends EventLoopQueue.Entry {
    private final BlockRequest request;
    private final SplitListener split;
    private final int part;
    private final Status status;
    private final ByteBuf payload;

    Ended(Transaction transaction, Status status, ByteBuf payload) {
      request = transaction.request();
      split = transaction.split();
      part = transaction.part();
      this.status = status;
      this.payload = payload;
    }

    @Override
    protected void process() {
      Transaction.complete(request, split, part, status, payload);
    }
  }
}
