package org.dst.client.lane;

import java.util.UUID;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;

/**
 * What a lane knows of the durability of its changes: the log of those that a crash of the server
 * could lose, the lifetime of the cache that they are in, and what a successor is to know of both.
 */
final class Durability {
  private final UnflushedLog unflushed;
  private final LaneJournal journal;
  private UUID verifier;
  private UUID keptVerifier;

  /** The last verifier whose clean end the log has taken into account. */
  private UUID ended;

  Durability(UnflushedLog unflushed, LaneJournal journal) {
    this.unflushed = unflushed;
    this.journal = journal;
  }

  /** The lifetime of the server's cache; null before the first link. */
  UUID verifier() {
    return verifier;
  }

  /** What is acknowledged from now on is in that cache, and so is what was acknowledged before. */
  void adopt(UUID current) {
    verifier = current;
    keepVerifier();
  }

  /**
   * Whether the lifetime that ended clean is the one whose cache has the log, and the log says so
   * still: once what was stuck is all that is left, an interrupted replay of it must not make it
   * pass for a part of that cache.
   */
  boolean isCoveredBy(UUID endedClean) {
    return verifier.equals(endedClean) && !endedClean.equals(ended);
  }

  /**
   * The server that had that verifier was stopped in order: its cache is durable. That must be kept
   * before another verifier is.
   */
  void endedClean() {
    ended = verifier;
    unflushed.keepStuckOnly();
    if (unflushed.isEmpty()) {
      journal.unflushed(false);
    }
  }

  /** A successor must not take what could not be replayed for being in this server's cache. */
  private void keepVerifier() {
    if (!unflushed.hasStuck() && !verifier.equals(keptVerifier)) {
      keptVerifier = verifier;
      journal.verifier(verifier);
    }
  }

  /**
   * Notes what the success of a transaction means, before anybody hears of it.
   *
   * @param volatileCache whether the store has one
   */
  void took(Transaction transaction, boolean volatileCache) {
    if (transaction.opcode() == Opcode.FLUSH) {
      unflushed.flushed(transaction.stamp);
      journal.unflushed(!unflushed.isEmpty());
    } else if (transaction.opcode().isChange()) {
      if (RequestFlags.durable(transaction.flags()) || !volatileCache) {
        unflushed.cut(transaction.offset(), transaction.count());
      } else {
        if (unflushed.isEmpty()) {
          journal.unflushed(true);
        }
        unflushed.acknowledged(
            transaction.opcode(),
            transaction.flags(),
            transaction.offset(),
            transaction.count(),
            transaction.payload());
      }
    }
    keepVerifier();
  }
}
