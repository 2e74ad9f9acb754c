package org.dst.client.lane;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** A replay of unflushed changes: what is still to be sent, by offset, and what is under way. */
final class Replay {
  private final List<Transaction> running = new ArrayList<>();
  private final Deque<UnflushedLog.Entry> waiting = new ArrayDeque<>();
  private UUID verifier;
  private long end;

  /**
   * Begins anew: nothing of an earlier replay runs any more.
   *
   * @param all by offset, none behind {@code end}
   * @param end bytes of the export
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
   * the replay has ended, so only a smaller end counts.
   *
   * @param unflushed the log that the changes are in
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

  /** The smallest size that the export has had since the replay began, in bytes. */
  long end() {
    return end;
  }

  /** Whether the end of the export is inside a change, so that what is before it may be sent. */
  boolean straddlesEnd(UnflushedLog.Entry entry) {
    return entry.offset() < end && entry.end() > end;
  }

  /**
   * A change that straddled the end was refused: what is before the end is sent instead. No two
   * changes overlap, so nothing else that waits has a higher offset.
   */
  void sendHead(UnflushedLog.Entry refused, UnflushedLog unflushed) {
    waiting.addLast(unflushed.shorten(refused, end));
  }

  /** The verifier under which the changes are repeated. */
  UUID verifier() {
    return verifier;
  }

  boolean hasNext() {
    return !waiting.isEmpty();
  }

  /** Bytes in flight that the next copy will hold. */
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

  /** Whether every change was repeated, or has failed to be. */
  boolean isComplete() {
    return verifier != null && waiting.isEmpty() && running.isEmpty();
  }

  /** Gives up; returns the copies that were under way. */
  List<Transaction> abort() {
    List<Transaction> stopped = new ArrayList<>(running);
    running.clear();
    waiting.clear();
    verifier = null;
    return stopped;
  }
}
