package org.dst.client.lane;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * The progress of one replay of unflushed changes: what is still to be sent, by offset, and what is
 * in flight.
 */
final class ReplayProgress {
  private final List<Transaction> running = new ArrayList<>();
  private final Deque<UnflushedLog.Entry> waiting = new ArrayDeque<>();
  private UUID verifier;
  private long end;

  /**
   * Starts a replay; no earlier one may be running.
   *
   * @param all by offset, none beyond {@code end}
   * @param end size of the export in bytes
   */
  void start(UUID verifier, List<UnflushedLog.Entry> all, long end) {
    assert running.isEmpty();
    this.verifier = verifier;
    this.end = end;
    waiting.clear();
    waiting.addAll(all);
  }

  /**
   * The export has another size. What was cut off stays gone even if the export grows again before
   * the replay ends, so only a smaller size counts.
   *
   * @param unflushed the log that holds the changes
   */
  void resized(long size, UnflushedLog unflushed) {
    end = Math.min(end, size);
    while (!waiting.isEmpty() && waiting.getLast().offset() >= end) {
      waiting.removeLast();
    }
    if (!waiting.isEmpty() && waiting.getLast().end() > end) {
      waiting.addLast(unflushed.shorten(waiting.removeLast(), end));
    }
  }

  /** The smallest size of the export since the replay began, in bytes. */
  long end() {
    return end;
  }

  /** Whether the end of the export lies inside a change, so that the part before it may be sent. */
  boolean straddlesEnd(UnflushedLog.Entry entry) {
    return entry.offset() < end && entry.end() > end;
  }

  /**
   * A change that straddled the end was refused: its part before the end is sent instead. Changes
   * do not overlap, so nothing else that waits has a higher offset.
   */
  void sendHead(UnflushedLog.Entry refused, UnflushedLog unflushed) {
    waiting.addLast(unflushed.shorten(refused, end));
  }

  /** The verifier under which the changes are replayed. */
  UUID verifier() {
    return verifier;
  }

  boolean hasNext() {
    return !waiting.isEmpty();
  }

  /** Payload bytes of the next copy. */
  long nextWeight() {
    UnflushedLog.Entry next = waiting.element();
    return next.payload() == null ? 0 : next.count();
  }

  /** Makes a copy of the next change. */
  Transaction next(Transaction blank) {
    Transaction copy = blank.replay(waiting.remove());
    running.add(copy);
    return copy;
  }

  void settled(Transaction copy) {
    running.remove(copy);
  }

  /** Whether every change was replayed or has failed. */
  boolean isComplete() {
    return verifier != null && waiting.isEmpty() && running.isEmpty();
  }

  /** Aborts the replay; returns the copies that were in flight. */
  List<Transaction> abort() {
    List<Transaction> stopped = new ArrayList<>(running);
    running.clear();
    waiting.clear();
    verifier = null;
    return stopped;
  }
}
