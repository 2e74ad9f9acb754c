package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.dst.client.device.BlockRequest;
import org.dst.client.link.Dialer;
import org.dst.client.link.Link;
import org.dst.client.link.LinkFailure;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane: gives {@link LaneCore} a link and keeps that link up. Its event loop owns everything;
 * {@link #submit} may come from other loops and is passed on.
 */
final class Lane implements LaneOutput, Link.User, Dialer.Outcome {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  /**
   * Transactions in flight at once. A server may offer more, but what it offers must not decide how
   * much memory is allocated here.
   */
  private static final int MOST_IN_FLIGHT = 1 << 16;

  private final SessionOptions options;
  private final int number;
  private final EventLoop loop;
  private final LaneCore core;
  private final Backoff backoff;
  private final List<Transaction> pool = new ArrayList<>();
  private final FrameHeader header = new FrameHeader();
  private final CompletableFuture<Attached> firstAttach = new CompletableFuture<>();
  private final CompletableFuture<Void> detached = new CompletableFuture<>();
  private final Runnable expire = this::expire;
  private ScheduledFuture<?> attachTimer;

  /** The one of the first link; what waits was checksummed with it, so later links must agree. */
  private Checksum checksum;

  private Link link;
  private Attached attached;
  private long generation;
  private long downSinceNanos;
  private boolean up;
  private boolean leaving;
  private boolean expiryPlanned;

  Lane(SessionOptions options, int number, EventLoop loop) {
    this.options = options;
    this.number = number;
    this.loop = loop;
    core = new LaneCore(options.resend(), this);
    backoff =
        new Backoff(options.reconnectFirst(), options.reconnectMost(), ThreadLocalRandom.current());
  }

  /** Connects for the first time; a failure is final. */
  CompletableFuture<Attached> attach() {
    loop.execute(this::dial);
    return firstAttach;
  }

  private void dial() {
    if (!leaving) {
      Dialer dialer = options.dialer();
      if (checksum != null) {
        dialer = dialer.offering(checksum.name());
      }
      dialer.dial(options.server(), loop, this);
    }
  }

  @Override
  public void opened(Channel channel, String checksumName) {
    link = new Link(channel, options.server(), checksumName, this);
    if (checksum == null) {
      checksum = Checksums.create(checksumName);
    }
    generation++;
    Attach attach =
        new Attach(
            options.id(),
            Attach.NO_SESSION,
            0,
            number,
            options.lanes(),
            generation,
            options.access(),
            false,
            options.export(),
            options.client(),
            Extensions.NONE);
    link.send(Opcode.ATTACH, attach::encode);
    attachTimer =
        loop.schedule(
            () ->
                link.end(
                    LinkFailure.of(
                        LinkFailure.Kind.LOST,
                        "%s did not answer the attach within %d s"
                            .formatted(options.server(), options.attachTimeout().toSeconds()))),
            options.attachTimeout().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void failed(LinkFailure failure) {
    onEnded(failure);
  }

  @Override
  public void onFrame(FrameHeader frame, boolean intact, ByteBuf payload)
      throws MalformedException {
    if (frame.opcode() == Opcode.REPLY && up) {
      core.reply(frame.id(), frame.status(), intact, payload);
      return;
    }
    try {
      if (!intact) {
        throw new MalformedException("checksum of the payload of " + frame.opcode());
      }
      control(frame, payload);
    } finally {
      if (payload != null) {
        payload.release();
      }
    }
  }

  private void control(FrameHeader frame, ByteBuf payload) throws MalformedException {
    Opcode opcode = frame.opcode();
    if (opcode == Opcode.PONG) {
      return;
    }
    if (opcode == Opcode.ATTACHED && !up && payload != null) {
      linkUp(Attached.decode(payload));
    } else if (opcode == Opcode.REFUSED && !up && payload != null) {
      Refused refused = Refused.decode(payload);
      link.end(
          new LinkFailure(
              LinkFailure.Kind.REFUSED,
              refused.code(),
              "server %s refused: %s".formatted(options.server(), refused.text())));
    } else if (opcode == Opcode.NOTICE && up && payload != null) {
      notice(Notice.decode(payload));
    } else if (opcode == Opcode.DETACHED && leaving) {
      detached.complete(null);
    } else {
      throw new MalformedException("frame out of place: " + frame);
    }
  }

  private void notice(Notice notice) {
    switch (notice) {
      case Notice.GoingAway going -> log.warn("{}: {}", options.server(), going.reason());
      case Notice.Resized resized ->
          log.warn("{}: the export has {} bytes now", options.server(), resized.size());
      case Notice.Unknown unknown -> log.debug("unknown notice {}", unknown.kind());
    }
  }

  private void linkUp(Attached answer) throws MalformedException {
    attachTimer.cancel(false);
    if (attached != null && !sameStore(answer)) {
      link.end(
          LinkFailure.of(
              LinkFailure.Kind.LOST,
              "export '%s' at %s is not the same any more: store %s of %d bytes (expected: %s of %d)"
                  .formatted(
                      options.export(),
                      options.server(),
                      answer.identity(),
                      answer.size(),
                      attached.identity(),
                      attached.size())));
      return;
    }
    if (attached != null) {
      log.info(
          "lane {} is connected to {} again after {} ms",
          number,
          options.server(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - downSinceNanos));
    }
    attached = answer;
    up = true;
    backoff.reset();
    link.allowPayload(answer.maxPayload());
    core.linkUp(Math.min(answer.window(), MOST_IN_FLIGHT), answer.maxInFlight());
    firstAttach.complete(answer);
  }

  private boolean sameStore(Attached answer) {
    return answer.identity().equals(attached.identity())
        && answer.size() >= attached.size()
        && answer.minBlock() <= attached.minBlock()
        && answer.maxPayload() >= attached.maxPayload()
        && answer.window() >= attached.window()
        && answer.access() == attached.access();
  }

  @Override
  public void onEnded(LinkFailure why) {
    if (attachTimer != null) {
      attachTimer.cancel(false);
    }
    if (up) {
      downSinceNanos = System.nanoTime();
    }
    up = false;
    link = null;
    core.linkDown();
    if (leaving) {
      detached.complete(null);
      return;
    }
    if (attached == null) {
      firstAttach.completeExceptionally(why.asException());
      return;
    }
    long wait = backoff.nextNanos();
    log.warn("{}; trying again in {} ms", why.text(), TimeUnit.NANOSECONDS.toMillis(wait));
    loop.schedule(this::dial, wait, TimeUnit.NANOSECONDS);
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    if (writable) {
      core.sendWaiting();
    }
  }

  /** Takes a whole request; a reference to its payload was retained for the lane. */
  void submit(BlockRequest request) {
    if (loop.inEventLoop()) {
      submit(blank().of(request));
    } else {
      loop.execute(() -> submit(blank().of(request)));
    }
  }

  /** Takes a part of a request, and the payload's reference. */
  void submit(SplitRequest split, int part, long offset, long count, ByteBuf payload) {
    if (loop.inEventLoop()) {
      submit(blank().of(split, part, offset, count, payload));
    } else {
      loop.execute(() -> submit(blank().of(split, part, offset, count, payload)));
    }
  }

  private Transaction blank() {
    return pool.isEmpty() ? new Transaction() : pool.removeLast();
  }

  private void submit(Transaction transaction) {
    if (transaction.payload() != null) {
      checksum.compute(transaction.payload(), transaction.checksum());
    }
    core.submit(transaction, System.nanoTime());
    planExpiry();
  }

  private void planExpiry() {
    if (!expiryPlanned && core.isBusy()) {
      expiryPlanned = true;
      long wait = core.nextDeadlineNanos() - System.nanoTime();
      loop.schedule(expire, Math.max(wait, 0), TimeUnit.NANOSECONDS);
    }
  }

  private void expire() {
    expiryPlanned = false;
    core.expire(System.nanoTime());
    planExpiry();
  }

  @Override
  public void send(Transaction transaction, long watermark) {
    header
        .start(transaction.opcode(), transaction.flags(), transaction.id)
        .watermark(watermark)
        .range(transaction.offset(), transaction.count());
    if (transaction.payload() == null) {
      link.send(header, (ByteBuf) null);
    } else {
      link.send(header, transaction.checksum(), transaction.payload().retainedDuplicate());
    }
  }

  @Override
  public boolean canSend() {
    return link.isWritable();
  }

  @Override
  public void finished(Transaction transaction, Status status, ByteBuf payload) {
    if (status != Status.OK) {
      log.warn("{} ended with {} after {} resends", transaction, status, transaction.attempts);
    }
    Session.deliver(transaction, status, payload);
    transaction.clear();
    pool.add(transaction);
  }

  /** Leaves the export; completes when the server has confirmed it or the link is gone. */
  CompletableFuture<Void> detach() {
    loop.execute(
        () -> {
          leaving = true;
          if (!up) {
            detached.complete(null);
            if (link != null) {
              link.end(LinkFailure.of(LinkFailure.Kind.LOST, "detached"));
            }
          } else {
            link.send(header.start(Opcode.DETACH, 0, 0), (ByteBuf) null);
          }
        });
    return detached;
  }
}
