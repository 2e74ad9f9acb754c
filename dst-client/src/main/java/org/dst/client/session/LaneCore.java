package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.count.Counters;
import org.dst.protocol.link.LinkWatch;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one lane decides: when to connect, what to send again, what is durable, what to replay. Pure
 * and single-threaded: time comes in as {@code nowNanos}, which never goes back, and whatever is to
 * be done goes to {@link LaneOutput}. The rules are those of docs/transactions.md.
 */
final class LaneCore {
  private static final Logger log = LoggerFactory.getLogger(LaneCore.class);

  /** Changes in the log above which the lane flushes by itself. */
  private static final int MANY_ENTRIES = 1 << 15;

  /** Where the lane's link is. */
  private enum State {
    /** No link; the next attempt is at {@code wakeNanos}. */
    DOWN,
    /** A link is being opened. */
    DIALING,
    /** The attach was sent; given up at {@code wakeNanos}. */
    ATTACHING,
    /** Unflushed writes are sent again; nothing else is. */
    REPLAYING,
    /** Transactions flow. */
    UP,
    /** Another client has the export, for good: everything fails at once. */
    OVER
  }

  private final LaneOptions options;
  private final LaneOutput output;
  private final LaneJournal journal;
  private final ExportFacts facts;
  private final UUID pinned;
  private final Counters<ClientCounter> counters;
  private final Backoff backoff;
  private final long timeoutNanos;

  private final Deque<Transaction> unsent = new ArrayDeque<>();
  private final TransactionTable table = new TransactionTable();
  private final DeadlineQueue deadlines = new DeadlineQueue();
  private final ChangeGate gate = new ChangeGate();
  private final UnflushedLog unflushed = new UnflushedLog();
  private final Replay replay = new Replay();
  private final Outages outages = new Outages();
  private final List<Transaction> freed = new ArrayList<>();

  private State state = State.DOWN;
  private Attached limits;
  private UUID verifier;
  private UUID keptVerifier;
  private LinkWatch watch;
  private long generation;
  private long wakeNanos;
  private boolean backgroundFlush;
  private long backgroundRetryNanos;
  private boolean backgroundFailed;

  /**
   * A lane without a link.
   *
   * @param pinned the store's identity as known from before; null if unknown
   * @param facts shared by the lanes of a session
   */
  public LaneCore(
      LaneOptions options,
      LaneOutput output,
      LaneJournal journal,
      ExportFacts facts,
      UUID pinned,
      Counters<ClientCounter> counters,
      RandomGenerator random) {
    this.options = options;
    this.output = output;
    this.journal = journal;
    this.facts = facts;
    this.pinned = pinned;
    this.counters = counters;
    backoff = new Backoff(options.reconnectFirst(), options.reconnectMost(), random);
    timeoutNanos = options.resend().timeout().toNanos();
  }

  /** Starts to connect. */
  public void connect() {
    state = State.DIALING;
    output.dial();
  }

  /** The link is open: it can be attached. */
  public void opened(long nowNanos) {
    state = State.ATTACHING;
    wakeNanos = nowNanos + options.attachTimeout().toNanos();
    output.attach(++generation);
  }

  /**
   * The server has granted the attach.
   *
   * @return why the lane does not want it, and the link must end; null if it does
   */
  public String attached(Attached answer, long nowNanos) throws MalformedException {
    if (state != State.ATTACHING) {
      throw new MalformedException("ATTACHED out of place");
    }
    String objection = facts.check(answer, pinned);
    if (objection != null) {
      counters.count(ClientCounter.STRANGE_STORES);
      return objection;
    }
    limits = answer;
    watch =
        new LinkWatch(options.pingInterval().toNanos(), options.pingTimeout().toNanos(), nowNanos);
    backoff.reset();
    long outageNanos = outages.end(nowNanos);
    if (outageNanos >= 0) {
      counters.count(ClientCounter.RECONNECTS);
      long outage = TimeUnit.NANOSECONDS.toMillis(outageNanos);
      counters.add(ClientCounter.OUTAGE_MILLIS, outage);
      log.info("the lane is attached again after {} ms", outage);
    }
    gate.reopen(freed);
    sendFreed();
    if (verifier == null) {
      adopt(answer.verifier());
    }
    if (answer.verifier().equals(verifier)) {
      state = State.UP;
      resendAll();
    } else {
      renumber();
      List<UnflushedLog.Entry> lost = unflushed.entries();
      if (!lost.isEmpty()) {
        log.warn(
            "the server has lost its cache: {} unflushed changes ({} bytes) are sent again",
            lost.size(),
            unflushed.bytes());
      }
      startReplay(answer.verifier(), lost);
    }
    sendWaiting(nowNanos);
    return null;
  }

  /** Mostly nobody has waited: a collection's addAll would still make an object for each reply. */
  private void sendFreed() {
    if (!freed.isEmpty()) {
      unsent.addAll(freed);
      freed.clear();
    }
  }

  private void adopt(UUID current) {
    verifier = current;
    keepVerifier();
  }

  /** A successor must not take what could not be replayed for being in this server's cache. */
  private void keepVerifier() {
    if (!unflushed.hasStuck() && !verifier.equals(keptVerifier)) {
      keptVerifier = verifier;
      journal.verifier(verifier);
    }
  }

  /** Everything unacknowledged goes out again, in order: the server knows what it has done. */
  private void resendAll() {
    for (Transaction transaction : table.inOrder()) {
      resend(transaction);
    }
  }

  private void resend(Transaction transaction) {
    counters.count(ClientCounter.RESENDS);
    output.send(transaction, table.watermark());
  }

  /**
   * The server has forgotten what it had done, and no copy of it is under way any more: what is
   * unacknowledged goes out as new, after the replay. Its old ids would leave no room for that.
   */
  private void renumber() {
    Deque<Transaction> all = table.inOrder();
    while (!all.isEmpty()) {
      Transaction last = all.removeLast();
      table.leave(last);
      unsent.addFirst(last);
    }
  }

  private void startReplay(UUID current, List<UnflushedLog.Entry> entries) {
    state = State.REPLAYING;
    replay.start(current, entries);
    if (!entries.isEmpty()) {
      counters.count(ClientCounter.REPLAYS);
    }
  }

  /** The link is gone, or there never was one. */
  public void lost(long nowNanos) {
    if (state == State.OVER) {
      return;
    }
    if (state == State.UP || state == State.REPLAYING) {
      outages.begin(nowNanos);
    }
    for (Transaction transaction : replay.abort()) {
      discard(transaction);
    }
    if (state == State.REPLAYING && !unsent.isEmpty()) {
      unsent.peek().retriedStuck = false; // a retry that was cut short has not failed
    }
    state = State.DOWN;
    wakeNanos = nowNanos + backoff.nextNanos();
  }

  private void discard(Transaction transaction) {
    deadlines.remove(transaction);
    table.leave(transaction);
    output.finished(transaction, Status.SHUTTING_DOWN, null);
  }

  /**
   * The server has said that the lease has passed to another client. Nothing of this one can take
   * effect any more, so there is nothing to wait for.
   */
  public void deposed(String why) {
    if (state == State.OVER) {
      return;
    }
    log.error("the attachment is over, every request fails from now on: {}", why);
    for (Transaction transaction : replay.abort()) {
      discard(transaction);
    }
    state = State.OVER;
    while (deadlines.first() != null) {
      Transaction next = deadlines.first();
      unsent.remove(next);
      finish(next, Status.IO_ERROR, null);
    }
    unflushed.clear();
  }

  /** How long the lane waits before it connects again, in nanoseconds; for the log. */
  public long retryNanos(long nowNanos) {
    return wakeNanos - nowNanos;
  }

  /** Anything arrived on the link. */
  public void heard(long nowNanos) {
    if (watch != null) {
      watch.heard(nowNanos);
    }
  }

  /** Takes a transaction; it is sent as soon as order, link and limits allow. */
  public void submit(Transaction transaction, long nowNanos) {
    transaction.submittedNanos = nowNanos;
    deadlines.add(transaction, nowNanos + timeoutNanos);
    boolean free = gate.admit(transaction);
    if (state == State.OVER) {
      finish(transaction, Status.IO_ERROR, null);
    } else if (free) {
      unsent.add(transaction);
      sendWaiting(nowNanos);
    }
  }

  /** Sends what waits; to be called when the link takes more again, too. */
  public void sendWaiting(long nowNanos) {
    if (state == State.REPLAYING) {
      replayWaiting(nowNanos);
    }
    while (state == State.UP && !unsent.isEmpty() && mayEnter(unsent.peek())) {
      Transaction next = unsent.remove();
      if (next.opcode() == Opcode.FLUSH && unflushed.hasStuck()) {
        retryStuckBefore(next, nowNanos);
      } else if (next.opcode() == Opcode.READ && unflushed.isStuck(next.offset(), next.count())) {
        log.error("{} refused: its range could not be replayed", next);
        finish(next, Status.IO_ERROR, null);
      } else {
        if (next.stamp == Transaction.UNSENT) {
          next.stamp = unflushed.stamp();
        }
        table.enter(next);
        output.send(next, table.watermark());
      }
    }
  }

  private boolean mayEnter(Transaction transaction) {
    boolean full =
        transaction.opcode() == Opcode.WRITE && unflushed.bytes() >= options.unflushedLimit();
    return !full
        && !waitsForStuck(transaction)
        && output.canSend()
        && table.hasRoomFor(transaction.weight(), limits.window(), limits.maxInFlight());
  }

  /**
   * What could not be replayed is tried again before a flush, but not while newer changes are under
   * way: it would be written over them.
   */
  private boolean waitsForStuck(Transaction transaction) {
    return transaction.opcode() == Opcode.FLUSH && unflushed.hasStuck() && !table.isEmpty();
  }

  /** A flush must not succeed while a change is missing; it is the occasion to try once more. */
  private void retryStuckBefore(Transaction flush, long nowNanos) {
    if (flush.retriedStuck) {
      finish(flush, Status.IO_ERROR, null);
      return;
    }
    flush.retriedStuck = true;
    unsent.addFirst(flush);
    startReplay(verifier, unflushed.stuckEntries());
    replayWaiting(nowNanos);
  }

  private void replayWaiting(long nowNanos) {
    while (replay.hasNext()
        && output.canSend()
        && table.hasRoomFor(replay.nextWeight(), limits.window(), limits.maxInFlight())) {
      Transaction copy = replay.next(output.blank());
      deadlines.add(copy, nowNanos + timeoutNanos);
      table.enter(copy);
      counters.count(ClientCounter.REPLAYED_WRITES);
      counters.add(ClientCounter.REPLAYED_BYTES, copy.payload() == null ? 0 : copy.count());
      output.send(copy, table.watermark());
    }
    if (replay.isComplete()) {
      adopt(replay.verifier());
      state = State.UP;
      backgroundFailed = unflushed.hasStuck();
      backgroundRetryNanos = nowNanos + timeoutNanos;
    }
  }

  /**
   * A reply arrived.
   *
   * @param intact whether its payload matches its checksum
   * @param payload owned by the core; null if there is none
   * @throws MalformedException if the reply is none to what was asked
   */
  public void reply(long id, Status status, boolean intact, ByteBuf payload, long nowNanos)
      throws MalformedException {
    boolean passedOn = false;
    try {
      if (!isLinkAttached(id)) {
        return;
      }
      Transaction transaction = table.find(id);
      if (transaction == null) {
        counters.count(ClientCounter.DUPLICATE_REPLIES);
      } else if (!intact || status == Status.BAD_CHECKSUM) {
        damaged(transaction, status);
        sendWaiting(nowNanos);
      } else {
        ReplyShape.check(transaction, status, payload);
        passedOn = true;
        acknowledged(transaction, status, payload);
        flushInBackground(nowNanos);
        sendWaiting(nowNanos);
      }
    } finally {
      if (!passedOn && payload != null) {
        payload.release();
      }
    }
  }

  /** Replies that are still unread when their link is lost are worth nothing: all is sent again. */
  private boolean isLinkAttached(long id) throws MalformedException {
    return switch (state) {
      case UP, REPLAYING -> true;
      case DOWN, DIALING, OVER -> false;
      case ATTACHING ->
          throw new MalformedException("reply to transaction %d before an attach".formatted(id));
    };
  }

  private void damaged(Transaction transaction, Status status) {
    counters.count(ClientCounter.CHECKSUM_FAILURES);
    if (status == Status.BAD_CHECKSUM && !output.isIntact(transaction)) {
      log.error("{} failed: its payload has changed in this machine's memory", transaction);
      acknowledged(transaction, Status.IO_ERROR, null);
    } else {
      resend(transaction);
    }
  }

  private void acknowledged(Transaction transaction, Status status, ByteBuf payload) {
    UnflushedLog.Entry replayed = transaction.replayed;
    if (replayed != null) {
      replayAcknowledged(transaction, replayed, status);
      return;
    }
    if (status == Status.OK) {
      took(transaction);
      keepVerifier();
    }
    finish(transaction, status, payload);
  }

  /** Notes what a success means for durability, before anybody hears of it. */
  private void took(Transaction transaction) {
    if (transaction.opcode() == Opcode.FLUSH) {
      unflushed.flushed(transaction.stamp);
      journal.unflushed(!unflushed.isEmpty());
    } else if (transaction.opcode().isChange()) {
      if (RequestFlags.durable(transaction.flags()) || !limits.hasVolatileCache()) {
        unflushed.cut(transaction.offset(), transaction.count());
      } else {
        if (unflushed.isEmpty()) {
          journal.unflushed(true);
        }
        unflushed.acknowledged(
            transaction.opcode(),
            transaction.flags(),
            transaction.offset(),
            transaction.count(),
            transaction.payload());
      }
    }
  }

  private void replayAcknowledged(Transaction copy, UnflushedLog.Entry entry, Status status) {
    if (status != Status.OK) {
      counters.count(ClientCounter.FAILED_REPLAYS);
      log.error(
          "{} bytes at {} cannot be written again ({}); flushes fail until they can",
          entry.count(),
          entry.offset(),
          status);
    }
    unflushed.replayed(entry, status == Status.OK);
    replay.settled(copy);
    deadlines.remove(copy);
    table.leave(copy);
    output.finished(copy, status, null);
  }

  private void finish(Transaction transaction, Status status, ByteBuf payload) {
    deadlines.remove(transaction);
    if (transaction.id != Transaction.UNSENT) {
      table.leave(transaction);
    }
    gate.settled(transaction, freed);
    sendFreed();
    if (transaction.isInternal()) {
      backgroundFlush = false;
      backgroundFailed = status != Status.OK;
    }
    output.finished(transaction, status, payload);
  }

  /** Acts on whatever is due: resends, failures, pings, the next connection. */
  public void tick(long nowNanos) {
    switch (state) {
      case DOWN -> {
        if (wakeNanos - nowNanos <= 0) {
          connect();
        }
      }
      case DIALING, OVER -> {}
      case ATTACHING -> {
        if (wakeNanos - nowNanos <= 0) {
          output.endLink("the server did not answer the attach in time");
        }
      }
      case REPLAYING, UP -> watchLink(nowNanos);
    }
    expire(nowNanos);
    flushInBackground(nowNanos);
    sendWaiting(nowNanos);
  }

  private void watchLink(long nowNanos) {
    switch (watch.check(nowNanos)) {
      case FINE -> {}
      case PING -> output.ping();
      case DEAD -> {
        counters.count(ClientCounter.DEAD_LINKS);
        output.endLink(
            "nothing was heard from the server for %d ms"
                .formatted(TimeUnit.NANOSECONDS.toMillis(watch.silenceNanos(nowNanos))));
      }
    }
  }

  /** Sends again, or fails, what is due. A late call costs each transaction one attempt only. */
  private void expire(long nowNanos) {
    for (Transaction due = deadlines.first();
        due != null && due.deadlineNanos - nowNanos <= 0;
        due = deadlines.first()) {
      due.attempts++;
      if (!due.isEndless() && options.resend().exhausted(due.attempts)) {
        fail(due, nowNanos);
        continue;
      }
      deadlines.remove(due);
      deadlines.add(due, nowNanos + timeoutNanos);
      boolean sent = due.id != Transaction.UNSENT;
      if (sent && (state == State.UP || state == State.REPLAYING) && !output.isQueued(due)) {
        resend(due);
      }
    }
  }

  private void fail(Transaction transaction, long nowNanos) {
    counters.count(ClientCounter.FAILED_TRANSACTIONS);
    log.error(
        "{} failed: not acknowledged in {} ms, {} resends; the link is {}",
        transaction,
        TimeUnit.NANOSECONDS.toMillis(nowNanos - transaction.submittedNanos),
        transaction.attempts - 1,
        state);
    if (transaction.id == Transaction.UNSENT) {
      unsent.remove(transaction);
    } else if (transaction.opcode().isChange()) {
      gate.close(transaction);
      if (state == State.UP || state == State.REPLAYING) {
        output.endLink("a change failed, and a copy of it may still be under way");
      }
    }
    finish(transaction, Status.IO_ERROR, null);
  }

  /** Keeps the log away from its limits, so that writes need not wait for somebody's flush. */
  private void flushInBackground(long nowNanos) {
    if (backgroundFlush || !wantsFlush() || state != State.UP) {
      return;
    }
    if (backgroundFailed && backgroundRetryNanos - nowNanos > 0) {
      return;
    }
    counters.count(ClientCounter.BACKGROUND_FLUSHES);
    backgroundFlush = true;
    backgroundRetryNanos = nowNanos + timeoutNanos;
    Transaction flush = output.blank().flush();
    flush.submittedNanos = nowNanos;
    deadlines.add(flush, nowNanos + timeoutNanos);
    gate.admit(flush);
    unsent.addFirst(flush);
  }

  /** The log is large, or a change in it could not be replayed, which a flush tries again. */
  private boolean wantsFlush() {
    return unflushed.hasStuck()
        || unflushed.bytes() > options.unflushedLimit() / 4
        || unflushed.size() > MANY_ENTRIES;
  }

  /** When {@link #tick} is to be called next; far away if nothing is due ever. */
  public long nextWakeNanos(long nowNanos) {
    long next = nowNanos + TimeUnit.HOURS.toNanos(1);
    if (deadlines.first() != null) {
      next = earlier(next, deadlines.first().deadlineNanos);
    }
    if (backgroundFailed && !backgroundFlush && state == State.UP && wantsFlush()) {
      next = earlier(next, backgroundRetryNanos);
    }
    return switch (state) {
      case DOWN, ATTACHING -> earlier(next, wakeNanos);
      case DIALING, OVER -> next;
      case REPLAYING, UP -> earlier(next, watch.nextNanos());
    };
  }

  private static long earlier(long one, long other) {
    return one - other <= 0 ? one : other;
  }

  /** Whether transactions flow. */
  public boolean isUp() {
    return state == State.UP;
  }

  /** Whether the lane has ended for good. */
  public boolean isOver() {
    return state == State.OVER;
  }

  /** Whether every acknowledged change is durable. */
  public boolean isClean() {
    return unflushed.isEmpty();
  }

  /** What the lane is doing now; for people. */
  public LaneActivity activity(long nowNanos) {
    int inFlight = table.inOrder().size();
    return new LaneActivity(
        activityState(),
        outages.presentNanos(nowNanos),
        verifier,
        inFlight,
        table.bytes(),
        deadlines.size() - inFlight,
        unflushed.bytes(),
        unflushed.size(),
        outages.count(),
        outages.longestNanos(nowNanos),
        outages.totalNanos(nowNanos));
  }

  private LaneActivity.State activityState() {
    return switch (state) {
      case DOWN, DIALING, ATTACHING ->
          verifier == null ? LaneActivity.State.CONNECTING : LaneActivity.State.DOWN;
      case REPLAYING -> LaneActivity.State.REPLAYING;
      case UP -> LaneActivity.State.UP;
      case OVER -> LaneActivity.State.OVER;
    };
  }

  /** Lets go of what is retained; the lane is not used any more. */
  public void close() {
    unflushed.clear();
  }
}
