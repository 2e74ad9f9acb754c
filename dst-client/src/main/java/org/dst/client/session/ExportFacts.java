package org.dst.client.session;

import java.util.UUID;
import org.dst.protocol.message.Attached;

/**
 * What a session knows of its export since its first attach. Every later attach must agree, so that
 * no second address and no exchanged file can ever stand in for the store. Set once, then read by
 * all lanes.
 */
final class ExportFacts {
  private volatile Attached first;

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
    if (first == null) {
      first = answer;
      return null;
    }
    if (answer.size() < first.size()) {
      return "it has shrunk to %d bytes (expected: >= %d)".formatted(answer.size(), first.size());
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
    return null;
  }
}
