package org.dst.client.lane;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds back requests that would be unsafe to send: a change that overlaps an earlier, unsettled
 * change of the lane, and anything that overlaps a failed change until the lane has re-attached,
 * because a copy of the failed one may still be in flight.
 */
final class OverlapGate {
  private final List<Transaction> changes = new ArrayList<>();
  private final List<Transaction> held = new ArrayList<>();
  private final List<long[]> closed = new ArrayList<>();

  /** Admits a new request; returns whether it may be sent now. */
  boolean admit(Transaction transaction) {
    boolean free = isFree(transaction, changes.size());
    if (transaction.opcode().isChange()) {
      changes.add(transaction);
    }
    if (!free) {
      held.add(transaction);
    }
    return free;
  }

  private boolean isFree(Transaction transaction, int earlier) {
    for (long[] range : closed) {
      if (transaction.overlaps(range[0], range[1])) {
        return false;
      }
    }
    if (transaction.opcode().isChange()) {
      for (int i = 0; i < earlier; i++) {
        Transaction other = changes.get(i);
        if (transaction.overlaps(other.offset(), other.count())) {
          return false;
        }
      }
    }
    return true;
  }

  /** A request has ended: adds to {@code freed} those that may be sent now. */
  void settled(Transaction transaction, List<Transaction> freed) {
    if (transaction.opcode().isChange()) {
      changes.remove(indexOf(transaction));
    }
    held.remove(transaction);
    release(freed);
  }

  /** Closes the range of a failed change, a copy of which may still be in flight. */
  void close(Transaction failed) {
    closed.add(new long[] {failed.offset(), failed.count()});
  }

  /** The lane has re-attached: no earlier copy is in flight any more. */
  void reopen(List<Transaction> freed) {
    closed.clear();
    release(freed);
  }

  /** Whether ranges are closed. */
  boolean hasClosed() {
    return !closed.isEmpty();
  }

  private void release(List<Transaction> freed) {
    for (int i = 0; i < held.size(); ) {
      Transaction candidate = held.get(i);
      int earlier = candidate.opcode().isChange() ? indexOf(candidate) : 0;
      if (isFree(candidate, earlier)) {
        held.remove(i);
        freed.add(candidate);
      } else {
        i++;
      }
    }
  }

  private int indexOf(Transaction change) {
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i) == change) {
        return i;
      }
    }
    throw new IllegalStateException(change + " is not in the gate");
  }
}
