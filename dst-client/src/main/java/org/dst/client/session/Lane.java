package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.dst.client.link.Dialer;
import org.dst.client.link.Link;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.LinkParameters;
import org.dst.client.link.ServerAddress;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.record.LinkProtection;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane: gives {@link LaneCore} a link, a clock and an event loop, which owns everything.
 * Requests come in by {@link #entry} and go back by {@link LaneCompletionQueue}, from and to other
 * loops as well.
 */
final class Lane implements ClientLaneActions, Link.User, Dialer.Outcome {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private final SessionOptions options;
  private final SessionOptions.Identity identity;
  private final PinnedExport facts;
  private final Counters<ClientCounter> counters;
  private final int number;
  private final EventLoop loop;
  private final LaneSubmitter entry;
  private final LaneCompletionQueue deliveries;
  private final AddressRotation turn;
  private final ReconnectCoordinator.Seeker seeker;
  private final LaneCore core;
  private final List<Transaction> pool = new ArrayList<>();
  private final FrameHeader header = new FrameHeader();
  private final LongConsumer sizeHeard;
  private final CompletableFuture<Attached> firstAttach = new CompletableFuture<>();
  private final CompletableFuture<Boolean> detached = new CompletableFuture<>();
  private final Runnable tick = this::tick;

  /** The one of the first link; what waits was checksummed with it, so later links must agree. */
  private Checksum checksum;

  private String checksumName;
  private LinkProtection protection;

  private Link link;
  private ServerAddress server;
  private ScheduledFuture<?> wake;
  private long wakeNanos;
  private long pings;

  /** Addresses of this round through all of them that will never do. */
  private int hopeless;

  private boolean leaving;

  /** Whether the server has said that the lane is left. */
  private boolean confirmed;

  /** First attaches that were sent and never answered: the server may have granted one of them. */
  private int unanswered;

  private String lastFailure;

  /** Like the one above, but kept when the outage is over; for people. */
  private String lastLoss;

  /**
   * A lane without a link.
   *
   * @param sizeHeard told the export's size whenever the server tells it; on the lane's loop
   */
  Lane(
      SessionOptions options,
      SessionOptions.Identity identity,
      PinnedExport facts,
      LaneJournal journal,
      Counters<ClientCounter> counters,
      int number,
      EventLoop loop,
      LongConsumer sizeHeard) {
    this.sizeHeard = sizeHeard;
    this.options = options;
    this.identity = identity;
    this.facts = facts;
    this.counters = counters;
    this.number = number;
    this.loop = loop;
    turn = new AddressRotation(options.servers());
    seeker = new ReconnectCoordinator.Seeker(options.servers(), loop, this::reachable);
    entry = new LaneSubmissionQueue(loop, this::blank, this::submit);
    deliveries = new LaneCompletionQueue(loop);
    core =
        new LaneCore(
            options.lane(),
            this,
            journal,
            facts,
            identity.pinnedStore(),
            counters,
            ThreadLocalRandom.current());
  }

  /** Connects for the first time. */
  CompletableFuture<Attached> attach() {
    loop.execute(
        () -> {
          core.connect(System.nanoTime());
          planWake();
        });
    return firstAttach;
  }

  @Override
  public void dial(long connectNanos) {
    server = turn.next();
    Dialer dialer = options.dialer();
    if (checksum != null) {
      dialer = dialer.offering(checksumName);
    }
    dialer.dial(server, connectNanos, loop, this);
  }

  /** Another lane of this process has got through to a server. */
  private void reachable(ServerAddress at) {
    if (!leaving) {
      turn.reached(at);
      core.reachable(System.nanoTime());
      planWake();
    }
  }

  @Override
  public void opened(Channel channel, LinkParameters terms) {
    link = new Link(channel, server, terms, this);
    protection = terms.protection();
    if (checksum == null) {
      checksumName = terms.checksum().name();
      checksum = Checksums.beforeLink(checksumName);
    }
    if (leaving) {
      endLink("detached");
      return;
    }
    core.opened(System.nanoTime());
    planWake();
  }

  @Override
  public void attach(long generation) {
    Attach attach = AttachMessage.of(options, identity, facts, number, generation);
    unanswered += firstAttach.isDone() ? 0 : 1;
    link.send(Opcode.ATTACH, attach::encode);
  }

  @Override
  public void failed(LinkFailure failure) {
    onEnded(failure);
  }

  @Override
  public void onHeard() {
    core.heard(System.nanoTime());
  }

  @Override
  public void onFrame(FrameHeader frame, boolean intact, ByteBuf payload)
      throws MalformedException {
    if (frame.opcode() == Opcode.REPLY) {
      core.reply(frame.id(), frame.status(), intact, payload, System.nanoTime());
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
    if (opcode == Opcode.ATTACHED && payload != null) {
      granted(Attached.decode(payload));
    } else if (opcode == Opcode.REFUSED && payload != null) {
      refused(Refused.decode(payload));
    } else if (opcode == Opcode.NOTICE && payload != null) {
      notice(Notice.decode(payload));
    } else if (opcode == Opcode.DETACHED && leaving) {
      confirmed = true;
      endLink("detached"); // what the link holds is given back before the lane counts as gone
    } else {
      throw new MalformedException("frame out of place: " + frame);
    }
  }

  private void granted(Attached answer) throws MalformedException {
    int unknown = answer.extensions().firstUnknownCritical();
    if (unknown >= 0) {
      throw new MalformedException("critical extension 0x%04x in ATTACHED".formatted(unknown));
    }
    link.allowPayload(answer.maxPayload());
    String objection = core.attached(answer, System.nanoTime());
    if (objection != null) {
      link.end(
          LinkFailure.of(
              LinkFailure.Kind.LOST,
              "export '%s' at %s is not the one that was attached: %s"
                  .formatted(options.export(), server, objection)));
      return;
    }
    lastFailure = null;
    unanswered = 0;
    turn.reached(server);
    ReconnectCoordinator.OF_PROCESS.remove(seeker);
    ReconnectCoordinator.OF_PROCESS.reached(server);
    sizeHeard.accept(answer.size());
    firstAttach.complete(answer);
    planWake();
  }

  private void refused(Refused refused) throws MalformedException {
    UUID store = refused.storeIdentity();
    counters.count(ClientCounter.REFUSALS);
    unanswered -= firstAttach.isDone() ? 0 : 1;
    if (refused.code() == RefusalCode.DEPOSED && firstAttach.isDone()) {
      core.deposed(refused.text());
    }
    link.end(
        new LinkFailure(
            LinkFailure.Kind.REFUSED,
            refused.code(),
            "server %s refused: %s".formatted(server, refused.text()),
            store));
  }

  private void notice(Notice notice) {
    switch (notice) {
      case Notice.GoingAway going -> {
        log.warn("{}: {}", server, going.reason());
        core.goingAway();
      }
      case Notice.Resized resized -> {
        core.resized(resized.size(), System.nanoTime());
        sizeHeard.accept(resized.size());
        planWake();
      }
      case Notice.Freshness freshness -> facts.fresher(freshness.number());
      case Notice.Unknown unknown -> log.debug("unknown notice {}", unknown.kind());
    }
  }

  @Override
  public void onEnded(LinkFailure why) {
    link = null;
    long now = System.nanoTime();
    if (why.decided()) {
      core.refused();
    }
    core.lost(now);
    if (leaving) {
      detached.complete(confirmed);
      return;
    }
    if (!firstAttach.isDone() && (isHopeless(why) || isForAnother(why))) {
      firstAttach.completeExceptionally(why.asException());
      return;
    }
    if (core.isOver()) {
      return;
    }
    lastLoss = why.text();
    ReconnectCoordinator.OF_PROCESS.add(seeker);
    report(why, core.retryNanos(now));
    planWake();
  }

  /** An outage is one event, however many attempts it takes to end it. */
  private void report(LinkFailure why, long retryNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(retryNanos);
    if (why.text().equals(lastFailure)) {
      log.debug("{}; trying again in {} ms", why.text(), millis);
    } else {
      log.warn("{}; trying again in {} ms, and then on", why.text(), millis);
    }
    lastFailure = why.text();
  }

  /** Whether the first attach has failed: not before every address had its turn. */
  private boolean isHopeless(LinkFailure why) {
    hopeless += why.permanent() ? 1 : 0;
    int addresses = options.servers().size();
    if (!turn.isRoundOver()) {
      return false;
    }
    boolean allHopeless = hopeless == addresses;
    hopeless = 0;
    return allHopeless || !options.patient();
  }

  /** Whether the session that has the lease may be one that was not named yet. */
  private boolean isForAnother(LinkFailure why) {
    return why.refusal() == RefusalCode.BUSY && identity.more();
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    if (writable) {
      core.sendWaiting(System.nanoTime());
    }
  }

  /** Where requests enter the lane. Any thread. */
  LaneSubmitter entry() {
    return entry;
  }

  private void submit(Transaction transaction) {
    if (transaction.payload() != null) {
      checksum.compute(transaction.payload(), transaction.checksum());
    }
    core.submit(transaction, System.nanoTime());
    planWake();
  }

  @Override
  public Transaction blank() {
    return pool.isEmpty() ? new Transaction() : pool.removeLast();
  }

  /** Makes sure that the core's clock runs; one timer at a time, moved forward only. */
  private void planWake() {
    long now = System.nanoTime();
    long next = core.nextWakeNanos(now);
    if (wake != null && wakeNanos - next <= 0) {
      return; // it wakes early enough, and plans again then
    }
    if (wake != null) {
      wake.cancel(false);
    }
    wakeNanos = next;
    wake = loop.schedule(tick, Math.max(next - now, 0), TimeUnit.NANOSECONDS);
  }

  private void tick() {
    wake = null;
    if (!leaving || link != null) {
      core.tick(System.nanoTime());
      planWake();
    }
  }

  @Override
  public void ping() {
    link.send(header.start(Opcode.PING, 0, ++pings), (ByteBuf) null);
  }

  @Override
  public void endLink(String why) {
    if (link != null) {
      link.end(LinkFailure.of(LinkFailure.Kind.LOST, "link to %s: %s".formatted(server, why)));
    }
  }

  @Override
  public void send(Transaction transaction, long watermark) {
    header
        .start(transaction.opcode(), transaction.flags(), transaction.id)
        .watermark(watermark)
        .range(transaction.offset(), transaction.count());
    if (transaction.payload() == null) {
      transaction.queuedAt = link.send(header, (ByteBuf) null);
    } else {
      if (transaction.replayed != null) {
        checksum.compute(transaction.payload(), transaction.checksum());
      }
      transaction.queuedAt =
          link.send(header, transaction.checksum(), transaction.payload().retainedDuplicate());
    }
  }

  @Override
  public boolean canSend() {
    return link != null && link.isWritable();
  }

  @Override
  public boolean isQueued(Transaction transaction) {
    return link != null && !link.hasLeft(transaction.queuedAt);
  }

  @Override
  public boolean isIntact(Transaction transaction) {
    return transaction.payload() == null
        || checksum.matches(transaction.payload(), transaction.checksum());
  }

  @Override
  public void finished(Transaction transaction, Status status, ByteBuf payload) {
    if (!transaction.isInternal()) {
      deliveries.deliver(transaction, status, payload);
    } else if (payload != null) {
      payload.release();
    }
    transaction.clear();
    pool.add(transaction);
  }

  /** What the lane is doing. Any thread; answered by the event loop. */
  CompletableFuture<LaneStatus> status() {
    return CompletableFuture.supplyAsync(
        () ->
            new LaneStatus(number, server, lastLoss, core.activity(System.nanoTime()), protection),
        loop);
  }

  /**
   * Whether the server may have granted the first attach without this lane knowing. Any thread;
   * answered by the event loop.
   */
  CompletableFuture<Boolean> isInDoubt() {
    return CompletableFuture.supplyAsync(
        () -> unanswered > 0 || firstAttach.isDone() && !firstAttach.isCompletedExceptionally(),
        loop);
  }

  /**
   * Leaves the export; completes when the server has confirmed it or the link is gone, and says
   * which.
   */
  CompletableFuture<Boolean> detach() {
    loop.execute(
        () -> {
          leave();
          if (core.isUp()) {
            link.send(header.start(Opcode.DETACH, 0, 0), (ByteBuf) null);
          } else {
            detached.complete(false);
            endLink("detached");
          }
        });
    return detached;
  }

  private void leave() {
    leaving = true;
    ReconnectCoordinator.OF_PROCESS.remove(seeker);
  }

  /** Gives back what is retained; the lane is not used any more. Waits for its event loop. */
  void release() {
    loop.submit(
            () -> {
              leave();
              endLink("released");
              core.close();
            })
        .syncUninterruptibly();
    loop.submit(() -> {}).syncUninterruptibly(); // behind what the end of the link has to say
  }
}
