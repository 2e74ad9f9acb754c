package org.dst.client.lane;

/**
 * Transactions ordered by deadline, as an intrusive linked list. All wait equally long, so a new
 * deadline is always the last, and adding and removing take constant time.
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

  /** Their number. Linear; only the status asks. */
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
