package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Status;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a lane's transactions, from submission through sending to their end. {@link
 * SendPolicy} decides what may be sent, {@link ResendScheduler} what is resent, {@link Replayer}
 * what is replayed. Links come and go by {@link #resume} and {@link #pause}. Owned by {@link
 * LaneCore}, and as pure.
 */
final class TransactionFlow {
  private static final Logger log = LoggerFactory.getLogger(TransactionFlow.class);

  /** What may be sent. */
  enum State {
    /** Nothing: there is no attached link. */
    DOWN,
    /** Unflushed writes only. */
    REPLAYING,
    /** Everything. */
    UP,
    /** Nothing any more: every request fails at once. */
    OVER
  }

  private final ClientLaneActions actions;
  private final Counters<ClientCounter> counters;

  private final SendQueue unsent = new SendQueue();
  private final TransactionTable table = new TransactionTable();
  private final UnflushedLog unflushed = new UnflushedLog();
  private final SendPolicy policy;
  private final ResendScheduler resends;
  private final Durability durability;
  private final Replayer replayer;
  private final BackgroundFlush background;

  private State state = State.DOWN;
  private Attached limits;

  TransactionFlow(
      LaneOptions options,
      ClientLaneActions actions,
      UnflushedMarker marker,
      Counters<ClientCounter> counters) {
    this.actions = actions;
    this.counters = counters;
    policy = new SendPolicy(unflushed, table, actions, options.unflushedLimit());
    resends = new ResendScheduler(options.resend(), actions, counters, table, this::hasLink);
    durability = new Durability(unflushed, marker);
    replayer = new Replayer(unflushed, durability, table, resends, actions, counters);
    long retryNanos = options.resend().timeout().toNanos();
    background = new BackgroundFlush(unflushed, options.unflushedLimit(), retryNanos);
  }

  /** A link was attached: resends what was in flight, after a replay if one is needed. */
  void resume(Attached answer, long nowNanos) {
    limits = answer;
    unsent.reopenRanges();
    if (durability.verifier() == null) {
      durability.adopt(answer.verifier());
    }
    if (answer.verifier().equals(durability.verifier())) {
      state = State.UP;
      resends.resendAll();
    } else {
      renumber();
      state = State.REPLAYING;
      replayer.serverRestarted(answer);
    }
    sendWaiting(nowNanos);
  }

  /** The export has another size, in bytes. */
  void resized(long size) {
    replayer.resized(size, state == State.REPLAYING);
  }

  /** Retries at once what could not be replayed: the reason for the failure may be gone. */
  void retryStuck(long nowNanos) {
    if (unflushed.hasStuck()) {
      background.retrySoon();
    }
    flushInBackground(nowNanos);
    sendWaiting(nowNanos);
  }

  /**
   * Requeues everything unacknowledged, to be sent under new ids after the replay. The restarted
   * server knows nothing of the old ids, no copy is in flight any more, and keeping the ids would
   * leave the replay no room in the window.
   */
  private void renumber() {
    Deque<Transaction> all = table.inOrder();
    while (!all.isEmpty()) {
      Transaction last = all.removeLast();
      table.leave(last);
      unsent.addFirst(last);
    }
  }

  /** The link is gone. */
  void pause() {
    replayer.abort();
    if (state == State.REPLAYING && !unsent.isEmpty()) {
      unsent.peek().retriedStuck = false; // an interrupted retry has not failed
    }
    state = State.DOWN;
  }

  /** Fails everything, now and from now on. */
  void end() {
    replayer.abort();
    state = State.OVER;
    while (resends.first() != null) {
      Transaction next = resends.first();
      unsent.remove(next);
      finish(next, Status.IO_ERROR, null);
    }
    unflushed.clear();
  }

  /** Takes a transaction and sends it as soon as order, link and limits allow. */
  void submit(Transaction transaction, long nowNanos) {
    transaction.submittedNanos = nowNanos;
    resends.start(transaction, nowNanos);
    boolean admitted = unsent.admit(transaction);
    if (state == State.OVER) {
      finish(transaction, Status.IO_ERROR, null);
    } else if (policy.isRedundant(transaction)) {
      finish(transaction, Status.OK, null);
    } else if (admitted) {
      unsent.addLast(transaction);
      sendWaiting(nowNanos);
    }
  }

  /** Sends what may be sent; also called when the link becomes writable again. */
  void sendWaiting(long nowNanos) {
    if (state == State.REPLAYING) {
      sendReplay(nowNanos);
    }
    while (state == State.UP && !unsent.isEmpty() && policy.maySend(unsent.peek(), limits)) {
      Transaction next = unsent.remove();
      if (policy.mustRetryStuck(next)) {
        retryStuckBefore(next, nowNanos);
      } else if (policy.readsStuck(next)) {
        log.error("{} failed: an unflushed write in its range could not be replayed", next);
        finish(next, Status.IO_ERROR, null);
      } else {
        if (next.stamp == Transaction.UNSENT) {
          next.stamp = unflushed.stamp();
        }
        table.enter(next);
        actions.send(next, table.watermark());
      }
    }
  }

  /** Retries what could not be replayed, once for each flush; the flush fails if that does. */
  private void retryStuckBefore(Transaction flush, long nowNanos) {
    if (flush.retriedStuck) {
      finish(flush, Status.IO_ERROR, null);
      return;
    }
    flush.retriedStuck = true;
    unsent.addFirst(flush);
    state = State.REPLAYING;
    replayer.retryStuck();
    sendReplay(nowNanos);
  }

  private void sendReplay(long nowNanos) {
    if (replayer.sendWaiting(limits, nowNanos)) {
      state = State.UP;
      background.replayed(nowNanos);
    }
  }

  /**
   * A reply arrived. Replies that are still unread when their link is lost are ignored: everything
   * unacknowledged is resent.
   *
   * @param intact whether its payload matches its checksum
   * @param payload owned by the core; null if there is none
   * @throws MalformedException if the reply does not fit the request
   */
  void reply(long id, Status status, boolean intact, ByteBuf payload, long nowNanos)
      throws MalformedException {
    boolean passedOn = false;
    try {
      if (!hasLink()) {
        return;
      }
      Transaction transaction = table.find(id);
      if (transaction == null) {
        counters.count(ClientCounter.DUPLICATE_REPLIES);
      } else if (!intact || status == Status.BAD_CHECKSUM) {
        damaged(transaction, status);
        sendWaiting(nowNanos);
      } else {
        ReplyValidator.check(transaction, status, payload);
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

  private boolean hasLink() {
    return state == State.UP || state == State.REPLAYING;
  }

  private void damaged(Transaction transaction, Status status) {
    counters.count(ClientCounter.CHECKSUM_FAILURES);
    if (status == Status.BAD_CHECKSUM && !actions.isIntact(transaction)) {
      log.error(
          "{} failed: its payload was modified in this machine's memory while in flight",
          transaction);
      acknowledged(transaction, Status.IO_ERROR, null);
    } else {
      resends.resend(transaction);
    }
  }

  private void acknowledged(Transaction transaction, Status status, ByteBuf payload) {
    if (transaction.replayed != null) {
      replayer.acknowledged(transaction, status);
      return;
    }
    if (status == Status.OK) {
      durability.took(transaction, limits.hasVolatileCache());
    }
    finish(transaction, status, payload);
  }

  private void finish(Transaction transaction, Status status, ByteBuf payload) {
    resends.stop(transaction);
    if (transaction.id != Transaction.UNSENT) {
      table.leave(transaction);
    }
    unsent.settled(transaction);
    if (transaction.isInternal()) {
      background.ended(status);
    }
    actions.finished(transaction, status, payload);
  }

  /** Resends and fails what is due, and flushes if the log asks for it. */
  void tick(long nowNanos) {
    expire(nowNanos);
    flushInBackground(nowNanos);
    sendWaiting(nowNanos);
  }

  private void expire(long nowNanos) {
    Transaction exhausted = resends.resendDue(nowNanos);
    while (exhausted != null) {
      fail(exhausted, nowNanos);
      exhausted = resends.resendDue(nowNanos);
    }
  }

  private void fail(Transaction transaction, long nowNanos) {
    counters.count(ClientCounter.FAILED_TRANSACTIONS);
    log.error(
        "{} failed: no acknowledgement in {} ms and {} resends (link state {})",
        transaction,
        TimeUnit.NANOSECONDS.toMillis(nowNanos - transaction.submittedNanos),
        transaction.attempts - 1,
        state);
    if (transaction.id == Transaction.UNSENT) {
      unsent.remove(transaction);
    } else if (transaction.opcode().isChange()) {
      unsent.closeRange(transaction);
      if (hasLink()) {
        actions.endLink("a change failed while a copy of it may still be in flight");
      }
    }
    finish(transaction, Status.IO_ERROR, null);
  }

  /** Keeps the log below its limits, so that writes do not have to wait for a flush. */
  private void flushInBackground(long nowNanos) {
    if (state != State.UP || !background.isDue(nowNanos)) {
      return;
    }
    counters.count(ClientCounter.BACKGROUND_FLUSHES);
    background.started(nowNanos);
    Transaction flush = actions.blank().flush();
    flush.submittedNanos = nowNanos;
    resends.start(flush, nowNanos);
    unsent.admit(flush);
    unsent.addFirst(flush);
  }

  /** When {@link #tick} is next due, if before {@code nanos}; otherwise {@code nanos}. */
  long nextWakeNanos(long nanos) {
    long next = resends.nextWakeNanos(nanos);
    return state == State.UP && background.isWaiting()
        ? LaneCore.earlier(next, background.retryNanos())
        : next;
  }

  /** What may be sent. */
  State state() {
    return state;
  }

  /** Whether every acknowledged change is durable. */
  boolean isClean() {
    return unflushed.isEmpty();
  }

  /** What the lane is doing now, for the status. */
  LaneActivity activity(Outages outages, long nowNanos) {
    int inFlight = table.inOrder().size();
    return new LaneActivity(
        activityState(),
        outages.presentNanos(nowNanos),
        durability.verifier(),
        inFlight,
        table.bytes(),
        resends.size() - inFlight,
        unflushed.bytes(),
        unflushed.size(),
        outages.count(),
        outages.longestNanos(nowNanos),
        outages.totalNanos(nowNanos));
  }

  private LaneActivity.State activityState() {
    return switch (state) {
      case DOWN ->
          durability.verifier() == null ? LaneActivity.State.CONNECTING : LaneActivity.State.DOWN;
      case REPLAYING -> LaneActivity.State.REPLAYING;
      case UP -> LaneActivity.State.UP;
      case OVER -> LaneActivity.State.OVER;
    };
  }

  /** Releases retained payloads; nothing is called afterwards. */
  void close() {
    unflushed.clear();
  }
}
