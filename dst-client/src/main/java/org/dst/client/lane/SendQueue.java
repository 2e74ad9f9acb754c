package org.dst.client.lane;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The submitted transactions of a lane that have not been sent, in submission order. What the
 * {@link OverlapGate} holds back joins the queue when the gate lets it go. Owned by {@link
 * TransactionFlow}.
 */
final class SendQueue {
  private final Deque<Transaction> ready = new ArrayDeque<>();
  private final OverlapGate gate = new OverlapGate();
  private final List<Transaction> freed = new ArrayList<>();

  /**
   * Takes a new transaction through the gate.
   *
   * @return whether it may be queued; if not, the gate queues it later
   */
  boolean admit(Transaction transaction) {
    return gate.admit(transaction);
  }

  /** Queues a transaction that was admitted. */
  void addLast(Transaction admitted) {
    ready.add(admitted);
  }

  /** Queues a transaction before all others: it is to be sent next, or sent anew. */
  void addFirst(Transaction admitted) {
    ready.addFirst(admitted);
  }

  boolean isEmpty() {
    return ready.isEmpty();
  }

  /** The transaction to send next; null if there is none. */
  Transaction peek() {
    return ready.peek();
  }

  /** Takes out {@link #peek}. */
  Transaction remove() {
    return ready.remove();
  }

  /** Takes out a transaction that ended before it was sent. */
  void remove(Transaction transaction) {
    ready.remove(transaction);
  }

  /** A transaction has ended: queues those that waited for it. */
  void settled(Transaction transaction) {
    gate.settled(transaction, freed);
    queueFreed();
  }

  /** A change has failed while a copy of it may still be under way: closes its range. */
  void closeRange(Transaction failed) {
    gate.close(failed);
  }

  /** The lane has attached anew, which fences all earlier copies: reopens closed ranges. */
  void reopenRanges() {
    gate.reopen(freed);
    queueFreed();
  }

  /** Usually nothing was freed, and addAll would still allocate an array for each reply. */
  private void queueFreed() {
    if (!freed.isEmpty()) {
      ready.addAll(freed);
      freed.clear();
    }
  }
}
