package org.dst.client.lane;

import java.util.function.BooleanSupplier;
import org.dst.protocol.count.Counters;

/**
 * Decides when an unacknowledged transaction is sent again and when it has been resent often
 * enough. Every submitted transaction has a running timer here until it ends, whether the link is
 * up or not. Owned by {@link TransactionFlow}.
 */
final class ResendScheduler {
  private final ResendLimits limits;
  private final ClientLaneActions actions;
  private final Counters<ClientCounter> counters;
  private final TransactionTable table;
  private final BooleanSupplier hasLink;
  private final long timeoutNanos;
  private final DeadlineQueue deadlines = new DeadlineQueue();

  /**
   * A scheduler without running timers.
   *
   * @param table the lane's transactions in flight
   * @param hasLink whether there is an attached link to resend on
   */
  ResendScheduler(
      ResendLimits limits,
      ClientLaneActions actions,
      Counters<ClientCounter> counters,
      TransactionTable table,
      BooleanSupplier hasLink) {
    this.limits = limits;
    this.actions = actions;
    this.counters = counters;
    this.table = table;
    this.hasLink = hasLink;
    timeoutNanos = limits.timeout().toNanos();
  }

  /** Starts the timer of a new transaction. */
  void start(Transaction transaction, long nowNanos) {
    deadlines.add(transaction, nowNanos + timeoutNanos);
  }

  /** Stops the timer of a transaction that has ended. */
  void stop(Transaction transaction) {
    deadlines.remove(transaction);
  }

  /** Resends everything unacknowledged, in order: the server knows what it has already executed. */
  void resendAll() {
    for (Transaction transaction : table.inOrder()) {
      resend(transaction);
    }
  }

  /** Resends one transaction now; its timer keeps running. */
  void resend(Transaction transaction) {
    counters.count(ClientCounter.RESENDS);
    actions.send(transaction, table.watermark());
  }

  /**
   * Resends what is due, up to the first transaction that has no resends left. A late call costs
   * each transaction one attempt only, and one whose last copy has not left this machine yet is not
   * queued twice.
   *
   * @return the transaction to fail, its timer still running; null if nothing else is due
   */
  Transaction resendDue(long nowNanos) {
    for (Transaction due = deadlines.first();
        due != null && due.deadlineNanos - nowNanos <= 0;
        due = deadlines.first()) {
      due.attempts++;
      if (!due.isEndless() && limits.exhausted(due.attempts)) {
        return due;
      }
      deadlines.remove(due);
      deadlines.add(due, nowNanos + timeoutNanos);
      boolean sent = due.id != Transaction.UNSENT;
      if (sent && hasLink.getAsBoolean() && !actions.isQueued(due)) {
        resend(due);
      }
    }
    return null;
  }

  /** The transaction whose timer expires next; null if none is running. */
  Transaction first() {
    return deadlines.first();
  }

  /** The number of running timers, which is that of submitted transactions. */
  int size() {
    return deadlines.size();
  }

  /** When the next timer expires, if that is before {@code nanos}; otherwise {@code nanos}. */
  long nextWakeNanos(long nanos) {
    Transaction first = deadlines.first();
    return first == null ? nanos : LaneCore.earlier(nanos, first.deadlineNanos);
  }
}
