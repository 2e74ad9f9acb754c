package org.dst.client.lane;

import java.util.ArrayDeque;
import java.util.Deque;
import org.dst.protocol.MalformedException;

/**
 * The lane's transactions in flight, by id: sent at least once and not acknowledged. Ids rise by
 * one; the watermark is the lowest id still unacknowledged.
 */
final class TransactionTable {
  private Transaction[] slots = new Transaction[16];
  private long watermark = 1;
  private long nextId = 1;
  private long inFlight;

  /** Whether the server's limits admit one more transaction with that many payload bytes. */
  boolean hasRoomFor(long weight, int window, long maxInFlight) {
    return nextId - watermark < window && (inFlight == 0 || inFlight + weight <= maxInFlight);
  }

  /** Whether nothing is in flight. */
  boolean isEmpty() {
    return watermark == nextId;
  }

  /** Adds a transaction under the next id. */
  void enter(Transaction transaction) {
    if (nextId - watermark == slots.length) {
      grow();
    }
    transaction.id = nextId++;
    slots[index(transaction.id)] = transaction;
    inFlight += transaction.weight();
  }

  private void grow() {
    Transaction[] larger = new Transaction[2 * slots.length];
    for (long id = watermark; id < nextId; id++) {
      larger[(int) id & larger.length - 1] = slots[index(id)];
    }
    slots = larger;
  }

  /**
   * The transaction with that id; null if it was acknowledged or failed.
   *
   * @throws MalformedException if that id was never sent
   */
  Transaction find(long id) throws MalformedException {
    if (id < 1 || id >= nextId) {
      throw new MalformedException(
          "reply to transaction %d (sent so far: 1 to %d)".formatted(id, nextId - 1));
    }
    return id < watermark ? null : slots[index(id)];
  }

  /** Removes a transaction, and advances the watermark if that was the lowest. */
  void leave(Transaction transaction) {
    slots[index(transaction.id)] = null;
    inFlight -= transaction.weight();
    transaction.id = Transaction.UNSENT;
    while (watermark < nextId && slots[index(watermark)] == null) {
      watermark++;
    }
  }

  /** The lowest unacknowledged id; the next id if there is none. */
  long watermark() {
    return watermark;
  }

  /** Payload bytes in flight. */
  long bytes() {
    return inFlight;
  }

  /** All transactions, by id. */
  Deque<Transaction> inOrder() {
    Deque<Transaction> all = new ArrayDeque<>();
    for (long id = watermark; id < nextId; id++) {
      Transaction transaction = slots[index(id)];
      if (transaction != null) {
        all.add(transaction);
      }
    }
    return all;
  }

  private int index(long id) {
    return (int) id & slots.length - 1;
  }
}
