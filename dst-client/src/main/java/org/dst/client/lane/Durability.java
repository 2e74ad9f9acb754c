package org.dst.client.lane;

import java.util.UUID;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;

/**
 * Tracks which of a lane's changes are durable: keeps the unflushed-write log and the verifier of
 * the server's cache up to date, and markers both for a successor.
 */
final class Durability {
  private final UnflushedLog unflushed;
  private final UnflushedMarker marker;
  private UUID verifier;
  private UUID keptVerifier;

  /** The last verifier whose clean end the log has taken into account. */
  private UUID ended;

  Durability(UnflushedLog unflushed, UnflushedMarker marker) {
    this.unflushed = unflushed;
    this.marker = marker;
  }

  /** The verifier of the cache that holds the lane's changes; null before the first link. */
  UUID verifier() {
    return verifier;
  }

  /** Everything acknowledged, before and from now on, is in the cache of that verifier. */
  void adopt(UUID current) {
    verifier = current;
    keepVerifier();
  }

  /**
   * Whether the verifier that ended clean is the one whose cache holds the log. It counts once:
   * afterwards only stuck entries are left, and an interrupted replay must not make them pass for
   * part of that cache.
   */
  boolean isCoveredBy(UUID endedClean) {
    return verifier.equals(endedClean) && !endedClean.equals(ended);
  }

  /**
   * The server with the current verifier was stopped cleanly: its cache is durable. Must be
   * journalled before another verifier is.
   */
  void endedClean() {
    ended = verifier;
    unflushed.keepStuckOnly();
    if (unflushed.isEmpty()) {
      marker.unflushed(false);
    }
  }

  /**
   * Not while entries are stuck: a successor would believe that they are in this server's cache.
   */
  private void keepVerifier() {
    if (!unflushed.hasStuck() && !verifier.equals(keptVerifier)) {
      keptVerifier = verifier;
      marker.verifier(verifier);
    }
  }

  /**
   * Accounts for the success of a transaction, before the request completes.
   *
   * @param volatileCache whether acknowledged changes may be in a volatile cache
   */
  void took(Transaction transaction, boolean volatileCache) {
    if (transaction.opcode() == Opcode.FLUSH) {
      unflushed.flushed(transaction.stamp);
      marker.unflushed(!unflushed.isEmpty());
    } else if (transaction.opcode().isChange()) {
      if (RequestFlags.durable(transaction.flags()) || !volatileCache) {
        unflushed.cut(transaction.offset(), transaction.count());
      } else {
        if (unflushed.isEmpty()) {
          marker.unflushed(true);
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
