package org.dst.client.session;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/** A replay of unflushed changes: what is still to be sent and what is under way. */
final class Replay {
  private final List<Transaction> running = new ArrayList<>();
  private Iterator<UnflushedLog.Entry> entries = List.<UnflushedLog.Entry>of().iterator();
  private UnflushedLog.Entry next;
  private UUID verifier;
  private long weight;

  /** Begins anew: nothing of an earlier replay runs any more. */
  void start(UUID verifier, List<UnflushedLog.Entry> all) {
    assert running.isEmpty();
    this.verifier = verifier;
    entries = all.iterator();
    advance();
  }

  private void advance() {
    next = entries.hasNext() ? entries.next() : null;
    weight = next == null || next.payload() == null ? 0 : next.count();
  }

  /** The verifier under which the changes are repeated. */
  UUID verifier() {
    return verifier;
  }

  boolean hasNext() {
    return next != null;
  }

  /** Bytes in flight that the next copy will hold. */
  long nextWeight() {
    return weight;
  }

  /** Makes a copy of the next change. */
  Transaction next(Transaction blank) {
    Transaction copy = blank.replay(next);
    running.add(copy);
    advance();
    return copy;
  }

  void settled(Transaction copy) {
    running.remove(copy);
  }

  /** Whether every change was repeated, or has failed to be. */
  boolean isComplete() {
    return verifier != null && next == null && running.isEmpty();
  }

  /** Gives up; returns the copies that were under way. */
  List<Transaction> abort() {
    List<Transaction> stopped = new ArrayList<>(running);
    running.clear();
    next = null;
    verifier = null;
    return stopped;
  }
}
