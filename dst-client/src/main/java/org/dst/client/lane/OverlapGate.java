package org.dst.client.lane;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds requests back while it would be unsafe to send them: a change that overlaps an earlier
 * change of the lane which is not settled, and anything that overlaps the range of a failed change
 * until the lane has attached anew, because a copy of that one may still be on its way.
 */
final class OverlapGate {
  private final List<Transaction> changes = new ArrayList<>();
  private final List<Transaction> held = new ArrayList<>();
  private final List<long[]> closed = new ArrayList<>();

  /** Takes a new request in; returns whether it may be sent. */
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

  /** A request has ended: those that may be sent now are added to {@code freed}. */
  void settled(Transaction transaction, List<Transaction> freed) {
    if (transaction.opcode().isChange()) {
      changes.remove(indexOf(transaction));
    }
    held.remove(transaction);
    release(freed);
  }

  /** A change has failed, and a copy of it may still be under way. */
  void close(Transaction failed) {
    closed.add(new long[] {failed.offset(), failed.count()});
  }

  /** The lane has attached anew: no copy from before is under way any more. */
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
