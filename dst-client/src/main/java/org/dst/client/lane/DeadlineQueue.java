package org.dst.client.lane;

/**
 * Transactions in the order of their deadlines. All wait equally long, so a new deadline is always
 * the last, and every operation takes the same time however many are in flight.
 */
final class DeadlineQueue {
  private Transaction first;
  private Transaction last;

  void add(Transaction transaction, long deadlineNanos) {
    assert last == null || deadlineNanos - last.deadlineNanos >= 0;
    transaction.deadlineNanos = deadlineNanos;
    transaction.earlier = last;
    transaction.later = null;
    if (last == null) {
      first = transaction;
    } else {
      last.later = transaction;
    }
    last = transaction;
  }

  void remove(Transaction transaction) {
    if (transaction.earlier == null) {
      first = transaction.later;
    } else {
      transaction.earlier.later = transaction.later;
    }
    if (transaction.later == null) {
      last = transaction.earlier;
    } else {
      transaction.later.earlier = transaction.earlier;
    }
    transaction.earlier = null;
    transaction.later = null;
  }

  /** How many there are; counted when it is asked, which is seldom. */
  int size() {
    int size = 0;
    for (Transaction each = first; each != null; each = each.later) {
      size++;
    }
    return size;
  }

  /** The transaction that is due next, or null. */
  Transaction first() {
    return first;
  }
}
