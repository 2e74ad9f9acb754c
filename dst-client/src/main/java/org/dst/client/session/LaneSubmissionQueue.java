package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dst.client.device.BlockRequest;
import org.dst.client.lane.Transaction;
import org.dst.platform.loop.EventLoopQueue;

/**
 * Takes requests into a lane: directly from the lane's own event loop, by {@link EventLoopQueue}
 * from others.
 */
final class LaneSubmissionQueue implements LaneSubmitter {
  private final EventExecutor loop;
  private final EventLoopQueue others;
  private final Supplier<Transaction> blank;
  private final Consumer<Transaction> lane;

  /**
   * The way into a lane.
   *
   * @param loop the lane's
   * @param blank a transaction of the lane's pool; called on the loop
   * @param lane takes what arrives; called on the loop
   */
  LaneSubmissionQueue(EventExecutor loop, Supplier<Transaction> blank, Consumer<Transaction> lane) {
    this.loop = loop;
    this.blank = blank;
    this.lane = lane;
    others = new EventLoopQueue(loop);
  }

  @Override
  public void submit(BlockRequest request) {
    if (loop.inEventLoop()) {
      lane.accept(blank.get().of(request));
    } else {
      others.pushAfterReads(new Arrival(request), request.loop());
    }
  }

  @Override
  public void submit(SplitRequest split, int part, long offset, long count, ByteBuf payload) {
    if (loop.inEventLoop()) {
      lane.accept(blank.get().of(split, part, offset, count, payload));
    } else {
      others.pushAfterReads(
          new ArrivalOfPart(split, part, offset, count, payload), split.request().loop());
    }
  }

  private final class Arrival extends EventLoopQueue.Entry {
    private final BlockRequest request;

    Arrival(BlockRequest request) {
      this.request = request;
    }

    @Override
    protected void process() {
      lane.accept(blank.get().of(request));
    }
  }

  private final class ArrivalOfPart extends EventLoopQueue.Entry {
    private final SplitRequest split;
    private final int part;
    private final long offset;
    private final long count;
    private final ByteBuf payload;

    ArrivalOfPart(SplitRequest split, int part, long offset, long count, ByteBuf payload) {
      this.split = split;
      this.part = part;
      this.offset = offset;
      this.count = count;
      this.payload = payload;
    }

    @Override
    protected void process() {
      lane.accept(blank.get().of(split, part, offset, count, payload));
    }
  }
}
