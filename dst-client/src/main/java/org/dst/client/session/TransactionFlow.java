package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of one lane: when each is sent, sent again, acknowledged or failed, what is
 * durable, and what is replayed. Links come and go by {@link #resume} and {@link #pause}. Owned by
 * {@link LaneCore}, and as pure as that.
 */
final class TransactionFlow {
  private static final Logger log = LoggerFactory.getLogger(TransactionFlow.class);

  /** What may be sent. */
  enum State {
    /** Nothing: there is no attached link. */
    DOWN,
    /** Unflushed writes are sent again; nothing else is. */
    REPLAYING,
    /** Everything. */
    UP,
    /** Nothing ever: everything fails at once. */
    OVER
  }

  private final LaneOptions options;
  private final ClientLaneActions output;
  private final Counters<ClientCounter> counters;
  private final long timeoutNanos;

  private final Deque<Transaction> unsent = new ArrayDeque<>();
  private final TransactionTable table = new TransactionTable();
  private final DeadlineQueue deadlines = new DeadlineQueue();
  private final OverlapGate gate = new OverlapGate();
  private final UnflushedLog unflushed = new UnflushedLog();
  private final Durability durability;
  private final Replay replay = new Replay();
  private final List<Transaction> freed = new ArrayList<>();
  private final BackgroundFlush background;

  private State state = State.DOWN;
  private Attached limits;
  private long exportSize;

  TransactionFlow(
      LaneOptions options,
      ClientLaneActions output,
      LaneJournal journal,
      Counters<ClientCounter> counters) {
    this.options = options;
    this.output = output;
    durability = new Durability(unflushed, journal);
    this.counters = counters;
    timeoutNanos = options.resend().timeout().toNanos();
    background = new BackgroundFlush(unflushed, options.unflushedLimit(), timeoutNanos);
  }

  /** A link was attached: what was under way is sent again, after a replay if it needs one. */
  void resume(Attached answer, long nowNanos) {
    limits = answer;
    gate.reopen(freed);
    sendFreed();
    if (durability.verifier() == null) {
      durability.adopt(answer.verifier());
    }
    if (answer.verifier().equals(durability.verifier())) {
      state = State.UP;
      resendAll();
    } else {
      renumber();
      if (durability.isCoveredBy(answer.cleanPredecessor())) {
        counters.count(ClientCounter.CLEAN_RESTARTS);
        log.info("the server was restarted and has lost nothing");
        durability.endedClean();
      }
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
  }

  /**
   * The export has another size. Changes beyond a smaller one are no longer there to be lost, and
   * could not be replayed; those that are under way just now are refused by the server, and cut
   * when that is known.
   */
  void resized(long size) {
    exportSize = size;
    if (state == State.REPLAYING) {
      replay.resized(size, unflushed);
    } else {
      forgetBeyond(size);
    }
  }

  /** What could not be replayed is tried again at once: something has changed for it. */
  void retryStuck(long nowNanos) {
    if (unflushed.hasStuck()) {
      background.retrySoon();
    }
    flushInBackground(nowNanos);
    sendWaiting(nowNanos);
  }

  private void forgetBeyond(long end) {
    long before = unflushed.bytes();
    unflushed.cut(end, Long.MAX_VALUE - end);
    if (unflushed.bytes() < before) {
      log.warn(
          "the export ends at {} now; {} bytes that were written behind it and not flushed are gone"
              + " with what was there",
          end,
          before - unflushed.bytes());
    }
  }

  /** Mostly nobody has waited: a collection's addAll would still make an object for each reply. */
  private void sendFreed() {
    if (!freed.isEmpty()) {
      unsent.addAll(freed);
      freed.clear();
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
    replay.start(current, entries, exportSize);
    if (!entries.isEmpty()) {
      counters.count(ClientCounter.REPLAYS);
    }
  }

  /** The link is gone. */
  void pause() {
    abortReplay();
    if (state == State.REPLAYING && !unsent.isEmpty()) {
      unsent.peek().retriedStuck = false; // a retry that was cut short has not failed
    }
    state = State.DOWN;
  }

  private void abortReplay() {
    for (Transaction copy : replay.abort()) {
      deadlines.remove(copy);
      table.leave(copy);
      output.finished(copy, Status.SHUTTING_DOWN, null);
    }
  }

  /** Fails everything, now and from now on. */
  void end() {
    abortReplay();
    state = State.OVER;
    while (deadlines.first() != null) {
      Transaction next = deadlines.first();
      unsent.remove(next);
      finish(next, Status.IO_ERROR, null);
    }
    unflushed.clear();
  }

  /** Takes a transaction; it is sent as soon as order, link and limits allow. */
  void submit(Transaction transaction, long nowNanos) {
    transaction.submittedNanos = nowNanos;
    deadlines.add(transaction, nowNanos + timeoutNanos);
    boolean free = gate.admit(transaction);
    if (state == State.OVER) {
      finish(transaction, Status.IO_ERROR, null);
    } else if (isNeedless(transaction)) {
      finish(transaction, Status.OK, null);
    } else if (free) {
      unsent.add(transaction);
      sendWaiting(nowNanos);
    }
  }

  /**
   * A flush goes to all lanes, and each syncs the whole store on the server. A lane without
   * anything to flush leaves that to the others; the first one always sends it.
   */
  private boolean isNeedless(Transaction transaction) {
    return transaction.opcode() == Opcode.FLUSH && transaction.part() > 0 && unflushed.isEmpty();
  }

  /** Sends what waits; to be called when the link takes more again, too. */
  void sendWaiting(long nowNanos) {
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
        transaction.opcode() == Opcode.WRITE && unflushed.pinned() >= options.unflushedLimit();
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
    startReplay(durability.verifier(), unflushed.stuckEntries());
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
      forgetBeyond(replay.end());
      durability.adopt(replay.verifier());
      state = State.UP;
      background.replayed(nowNanos);
    }
  }

  /**
   * A reply arrived. One that is still unread when its link is lost is worth nothing: all is sent
   * again.
   *
   * @param intact whether its payload matches its checksum
   * @param payload owned by the core; null if there is none
   * @throws MalformedException if the reply is none to what was asked
   */
  void reply(long id, Status status, boolean intact, ByteBuf payload, long nowNanos)
      throws MalformedException {
    boolean passedOn = false;
    try {
      if (!isOpen()) {
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

  private boolean isOpen() {
    return state == State.UP || state == State.REPLAYING;
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
      durability.took(transaction, limits.hasVolatileCache());
    }
    finish(transaction, status, payload);
  }

  private void replayAcknowledged(Transaction copy, UnflushedLog.Entry entry, Status status) {
    boolean gone = entry.end() > replay.end(); // cut off since the replay began, or a part of it
    if (status != Status.OK && !gone) {
      counters.count(ClientCounter.FAILED_REPLAYS);
      log.error(
          "{} bytes at {} cannot be written again ({}); flushes fail until they can",
          entry.count(),
          entry.offset(),
          status);
    }
    unflushed.replayed(entry, status == Status.OK);
    if (status != Status.OK && replay.straddlesEnd(entry)) {
      replay.sendHead(entry, unflushed);
    }
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
      background.ended(status);
    }
    output.finished(transaction, status, payload);
  }

  /** Does what is due. */
  void tick(long nowNanos) {
    expire(nowNanos);
    flushInBackground(nowNanos);
    sendWaiting(nowNanos);
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
      if (sent && isOpen() && !output.isQueued(due)) {
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
      if (isOpen()) {
        output.endLink("a change failed, and a copy of it may still be under way");
      }
    }
    finish(transaction, Status.IO_ERROR, null);
  }

  /** Keeps the log away from its limits, so that writes need not wait for somebody's flush. */
  private void flushInBackground(long nowNanos) {
    if (state != State.UP || !background.isDue(nowNanos)) {
      return;
    }
    counters.count(ClientCounter.BACKGROUND_FLUSHES);
    background.started(nowNanos);
    Transaction flush = output.blank().flush();
    flush.submittedNanos = nowNanos;
    deadlines.add(flush, nowNanos + timeoutNanos);
    gate.admit(flush);
    unsent.addFirst(flush);
  }

  /** When {@link #tick} has something to do, if that is before {@code nanos}; otherwise that. */
  long nextWakeNanos(long nanos) {
    long next = nanos;
    if (deadlines.first() != null) {
      next = LaneCore.earlier(next, deadlines.first().deadlineNanos);
    }
    return state == State.UP && background.isWaiting()
        ? LaneCore.earlier(next, background.retryNanos())
        : next;
  }

  /** What may be sent. */
  State state() {
    return state;
  }

  /** The lifetime of the server's cache that the lane knows; null before the first link. */
  UUID verifier() {
    return durability.verifier();
  }

  /** Whether every acknowledged change is durable. */
  boolean isClean() {
    return unflushed.isEmpty();
  }

  /** Transactions that were sent and are not acknowledged. */
  int inFlight() {
    return table.inOrder().size();
  }

  /** Bytes of those. */
  long inFlightBytes() {
    return table.bytes();
  }

  /** Transactions that were not sent yet. */
  int waiting() {
    return deadlines.size() - inFlight();
  }

  /** Bytes of the changes that a crash of the server could lose. */
  long unflushedBytes() {
    return unflushed.bytes();
  }

  /** How many changes these are. */
  int unflushedEntries() {
    return unflushed.size();
  }

  /** Lets go of what is retained; nothing is called afterwards. */
  void close() {
    unflushed.clear();
  }
}
