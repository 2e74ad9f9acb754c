package org.dst.client.lane;

import java.util.UUID;
import java.util.function.LongConsumer;
import org.dst.protocol.message.Attached;

/**
 * The properties of the export that a session pinned at its first attach. Every later attach must
 * agree, so that neither a second address nor an exchanged file can stand in for the store. Only
 * the size may change: it may grow, and shrink if the server says that this is intended. Shared by
 * all lanes; any thread.
 */
public final class PinnedExport {
  private volatile Attached first;
  private volatile long size;

  /** The freshness that the server announced last. */
  private long freshness;

  private LongConsumer fresher = number -> {};

  /**
   * @param freshness of the store, recorded before this process; 0 if unknown
   */
  public PinnedExport(long freshness) {
    this.freshness = freshness;
  }

  /** The answer to the first attach; null before. */
  public Attached first() {
    return first;
  }

  /** The lease epoch under which the session holds the export; 0 before the first attach. */
  public long leaseEpoch() {
    Attached known = first;
    return known == null ? 0 : known.leaseEpoch();
  }

  /**
   * Checks an answer against the pinned properties; pins the first.
   *
   * @param pinned the store's identity recorded before this process; null if unknown
   * @return why the answer is not acceptable; null if it is
   */
  synchronized String check(Attached answer, UUID pinned) {
    UUID identity = first != null ? first.identity() : pinned;
    if (identity != null && !identity.equals(answer.identity())) {
      return "it is another store: %s (expected: %s)".formatted(answer.identity(), identity);
    }
    if (answer.freshness() >= 0 && answer.freshness() < freshness) {
      return "it was rolled back to an earlier state: its freshness is %d (expected: >= %d)"
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
      return "it was granted under lease epoch %d (expected: %d)"
          .formatted(answer.leaseEpoch(), first.leaseEpoch());
    }
    if (answer.access() != first.access()
        || answer.minBlock() > first.minBlock()
        || answer.maxPayload() < first.maxPayload()
        || answer.window() < first.window()
        || (first.features() & ~answer.features()) != 0) {
      return "its parameters have changed: %s (expected: %s)".formatted(answer, first);
    }
    size = answer.size();
    fresher(answer.freshness());
    return null;
  }

  /** The server has announced the freshness of the store; a lower number than before is late. */
  public synchronized void fresher(long number) {
    if (number > freshness) {
      freshness = number;
      fresher.accept(number);
    }
  }

  /** The freshness that the server announced last; 0 if it never did. */
  public synchronized long freshness() {
    return freshness;
  }

  /** Passes the freshness on, now and whenever it rises; on any lane's loop. */
  public synchronized void followFreshness(LongConsumer listener) {
    fresher = listener;
    listener.accept(freshness);
  }

  /** The server has announced another size of the export. */
  synchronized void resized(long bytes) {
    size = bytes;
  }

  /** The size announced last, in bytes; 0 before the first attach. */
  public long size() {
    return size;
  }
}
