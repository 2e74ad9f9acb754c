package org.dst.client.lane;

import java.util.UUID;
import java.util.function.LongConsumer;
import org.dst.protocol.message.Attached;

/**
 * What a session knows of its export since its first attach. Every later attach must agree, so that
 * no second address and no exchanged file can ever stand in for the store. Only the size may
 * change: it may grow, and become less if the server says that this is meant. Shared by all lanes.
 */
public final class PinnedExport {
  private volatile Attached first;
  private volatile long size;

  /** How fresh the store was, as the server told it last. */
  private long freshness;

  private LongConsumer fresher = number -> {};

  /**
   * @param freshness of the store, as known from before this process; 0 if unknown
   */
  public PinnedExport(long freshness) {
    this.freshness = freshness;
  }

  /** What the first attach was answered with; null before. */
  public Attached first() {
    return first;
  }

  /** The lease epoch under which the session holds the export; 0 before the first attach. */
  public long leaseEpoch() {
    Attached known = first;
    return known == null ? 0 : known.leaseEpoch();
  }

  /**
   * Compares an answer with what is known, and keeps the first.
   *
   * @param pinned the store's identity as known from before this process; null if unknown
   * @return why the answer is not acceptable; null if it is
   */
  synchronized String check(Attached answer, UUID pinned) {
    UUID identity = first != null ? first.identity() : pinned;
    if (identity != null && !identity.equals(answer.identity())) {
      return "it is another store: %s (expected: %s)".formatted(answer.identity(), identity);
    }
    if (answer.freshness() >= 0 && answer.freshness() < freshness) {
      return "it was set back to an earlier state: its freshness is %d (expected: >= %d)"
          .formatted(answer.freshness(), freshness);
    }
    if (first == null) {
      first = answer;
      size = answer.size();
      fresher(answer.freshness());
      return null;
    }
    if (answer.size() < size && !answer.isResized()) {
      return "it has shrunk to %d bytes (expected: >= %d)".formatted(answer.size(), size);
    }
    if (answer.leaseEpoch() != first.leaseEpoch()) {
      return "it was given under lease %d (expected: %d)"
          .formatted(answer.leaseEpoch(), first.leaseEpoch());
    }
    if (answer.access() != first.access()
        || answer.minBlock() > first.minBlock()
        || answer.maxPayload() < first.maxPayload()
        || answer.window() < first.window()
        || (first.features() & ~answer.features()) != 0) {
      return "it is offered on other terms than before: %s (expected: %s)".formatted(answer, first);
    }
    size = answer.size();
    fresher(answer.freshness());
    return null;
  }

  /** The server has said how fresh the store is; lower numbers than before are late. */
  public synchronized void fresher(long number) {
    if (number > freshness) {
      freshness = number;
      fresher.accept(number);
    }
  }

  /** How fresh the store was, as the server told it last; 0 if it never did. */
  public synchronized long freshness() {
    return freshness;
  }

  /** Passes on how fresh the store is, now and whenever that is told; on any lane's loop. */
  public synchronized void followFreshness(LongConsumer listener) {
    fresher = listener;
    listener.accept(freshness);
  }

  /** The server has said that the export has another size. */
  synchronized void resized(long bytes) {
    size = bytes;
  }

  /** Bytes of the export, as a lane heard it last; 0 before the first attach. */
  public long size() {
    return size;
  }
}
