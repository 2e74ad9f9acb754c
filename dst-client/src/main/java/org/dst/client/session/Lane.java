package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.ClientLaneActions;
import org.dst.client.lane.LaneCore;
import org.dst.client.lane.PinnedExport;
import org.dst.client.lane.Transaction;
import org.dst.client.lane.UnflushedMarker;
import org.dst.client.link.Link;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;

/**
 * The shell of one lane: runs {@link LaneCore} on an event loop, which owns all of the lane's
 * state, wakes it when its timers are due, and carries out its actions. {@link LaneConnection} gets
 * it links. Requests enter by {@link #submitter} and return by {@link LaneCompletionQueue}, from
 * and to other event loops, too.
 */
final class Lane implements ClientLaneActions {
  private final EventLoop loop;
  private final LaneCore core;
  private final LaneConnection connection;
  private final LaneSubmitter submitter;
  private final LaneCompletionQueue completions;
  private final List<Transaction> pool = new ArrayList<>();
  private final FrameHeader header = new FrameHeader();
  private final Runnable tick = this::tick;
  private ScheduledFuture<?> wake;
  private long wakeNanos;
  private long pings;

  /**
   * A lane without a link.
   *
   * @param onSize told the export's size whenever the server announces it; on the lane's loop
   */
  Lane(
      SessionOptions options,
      SessionOptions.Identity identity,
      PinnedExport export,
      UnflushedMarker marker,
      Counters<ClientCounter> counters,
      int number,
      EventLoop loop,
      LongConsumer onSize) {
    this.loop = loop;
    submitter = new LaneSubmissionQueue(loop, this::blank, this::submit);
    completions = new LaneCompletionQueue(loop);
    core =
        new LaneCore(
            options.lane(),
            this,
            marker,
            export,
            identity.pinnedStore(),
            counters,
            ThreadLocalRandom.current());
    connection =
        new LaneConnection(
            options, identity, export, counters, number, loop, core, this::planWake, onSize);
  }

  /** Connects for the first time. Any thread. */
  CompletableFuture<Attached> attach() {
    loop.execute(
        () -> {
          core.connect(System.nanoTime());
          planWake();
        });
    return connection.firstAttach().outcome();
  }

  /** Where requests enter the lane. Any thread. */
  LaneSubmitter submitter() {
    return submitter;
  }

  private void submit(Transaction transaction) {
    connection.checksums().compute(transaction);
    core.submit(transaction, System.nanoTime());
    planWake();
  }

  /** Schedules the core's next tick. There is one timer, and it is only ever moved forward. */
  private void planWake() {
    long now = System.nanoTime();
    long next = core.nextWakeNanos(now);
    if (wake != null && wakeNanos - next <= 0) {
      return; // it fires early enough, and plans again then
    }
    if (wake != null) {
      wake.cancel(false);
    }
    wakeNanos = next;
    wake = loop.schedule(tick, Math.max(next - now, 0), TimeUnit.NANOSECONDS);
  }

  private void tick() {
    wake = null;
    if (!connection.isGone()) {
      core.tick(System.nanoTime());
      planWake();
    }
  }

  @Override
  public void dial(long connectNanos) {
    connection.dial(connectNanos);
  }

  @Override
  public void attach(long generation) {
    connection.attach(generation);
  }

  @Override
  public void ping() {
    connection.link().send(header.start(Opcode.PING, 0, ++pings), (ByteBuf) null);
  }

  @Override
  public void endLink(String why) {
    connection.end(why);
  }

  @Override
  public void send(Transaction transaction, long watermark) {
    Link link = connection.link();
    header
        .start(transaction.opcode(), transaction.flags(), transaction.id())
        .watermark(watermark)
        .range(transaction.offset(), transaction.count());
    if (transaction.payload() == null) {
      transaction.queued(link.send(header, (ByteBuf) null));
    } else {
      if (transaction.isReplay()) {
        connection.checksums().compute(transaction);
      }
      transaction.queued(
          link.send(header, transaction.checksum(), transaction.payload().retainedDuplicate()));
    }
  }

  @Override
  public boolean canSend() {
    Link link = connection.link();
    return link != null && link.isWritable();
  }

  @Override
  public boolean isQueued(Transaction transaction) {
    Link link = connection.link();
    return link != null && !link.hasLeft(transaction.batch());
  }

  @Override
  public boolean isIntact(Transaction transaction) {
    return connection.checksums().matches(transaction);
  }

  @Override
  public Transaction blank() {
    return pool.isEmpty() ? new Transaction() : pool.removeLast();
  }

  @Override
  public void finished(Transaction transaction, Status status, ByteBuf payload) {
    if (!transaction.isInternal()) {
      completions.deliver(transaction, status, payload);
    } else if (payload != null) {
      payload.release();
    }
    transaction.clear();
    pool.add(transaction);
  }

  /** What the lane is doing. Any thread; answered by the event loop. */
  CompletableFuture<LaneStatus> status() {
    return CompletableFuture.supplyAsync(
        () -> connection.status(core.activity(System.nanoTime())), loop);
  }

  /**
   * Whether the server may have granted the first attach without this lane having heard of it. Any
   * thread; answered by the event loop.
   */
  CompletableFuture<Boolean> isInDoubt() {
    return CompletableFuture.supplyAsync(() -> connection.firstAttach().isInDoubt(), loop);
  }

  /**
   * Leaves the export. Completes when the server has confirmed it or the link is gone, and tells
   * which. Any thread.
   */
  CompletableFuture<Boolean> detach() {
    loop.execute(connection::detach);
    return connection.detached();
  }

  /** Releases what is retained; the lane is not used any more. Waits for its event loop. */
  void release() {
    loop.submit(
            () -> {
              connection.leave();
              connection.end("released");
              core.close();
            })
        .syncUninterruptibly();
    loop.submit(() -> {}).syncUninterruptibly(); // after the events of the link's end
  }
}
