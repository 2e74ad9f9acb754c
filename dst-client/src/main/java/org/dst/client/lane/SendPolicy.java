package org.dst.client.lane;

import org.dst.protocol.Opcode;
import org.dst.protocol.message.Attached;

/**
 * Decides whether a transaction may be sent now, must wait, or need not be sent at all. Owned by
 * {@link TransactionFlow}.
 */
final class SendPolicy {
  private final UnflushedLog unflushed;
  private final TransactionTable table;
  private final ClientLaneActions actions;
  private final long unflushedLimit;

  /**
   * The policy of one lane.
   *
   * @param unflushedLimit bytes of memory pinned by the log at which writes wait
   */
  SendPolicy(
      UnflushedLog unflushed,
      TransactionTable table,
      ClientLaneActions actions,
      long unflushedLimit) {
    this.unflushed = unflushed;
    this.table = table;
    this.actions = actions;
    this.unflushedLimit = unflushedLimit;
  }

  /** Whether the log, the link and the server's limits have room for a transaction. */
  boolean maySend(Transaction transaction, Attached limits) {
    boolean full = transaction.opcode() == Opcode.WRITE && unflushed.pinned() >= unflushedLimit;
    return !full
        && !waitsForRetry(transaction)
        && actions.canSend()
        && table.hasRoomFor(transaction.weight(), limits.window(), limits.maxInFlight());
  }

  /**
   * A flush first retries the changes whose replay failed, but not while newer changes are in
   * flight: the retry could overwrite them.
   */
  private boolean waitsForRetry(Transaction transaction) {
    return mustRetryStuck(transaction) && !table.isEmpty();
  }

  /** Whether a transaction is a flush that must not succeed before a stuck change is replayed. */
  boolean mustRetryStuck(Transaction transaction) {
    return transaction.opcode() == Opcode.FLUSH && unflushed.hasStuck();
  }

  /** Whether a transaction would read stale data, because a change could not be replayed there. */
  boolean readsStuck(Transaction transaction) {
    return transaction.opcode() == Opcode.READ
        && unflushed.isStuck(transaction.offset(), transaction.count());
  }

  /**
   * Whether a flush has nothing to do on this lane. A flush goes to all lanes, and each would sync
   * the whole store on the server: lanes with an empty log leave that to the others, except for the
   * first, which always sends it.
   */
  boolean isRedundant(Transaction transaction) {
    return transaction.opcode() == Opcode.FLUSH && transaction.part() > 0 && unflushed.isEmpty();
  }
}
