package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Status;

/**
 * The transactions of one lane: which are unacknowledged, which wait to be sent, when they are sent
 * again. Pure and single-threaded; time comes in as {@code nowNanos}, which never goes back.
 */
final class LaneCore {
  private final LaneOutput output;
  private final ResendPolicy policy;
  private final long timeoutNanos;
  private final Queue<Transaction> unsent = new ArrayDeque<>();
  private final DeadlineQueue deadlines = new DeadlineQueue();
  private Transaction[] slots = new Transaction[0];
  private int window;
  private long maxInFlight;
  private long watermark = 1;
  private long nextId = 1;
  private long inFlight;
  private boolean linked;

  LaneCore(ResendPolicy policy, LaneOutput output) {
    this.policy = policy;
    this.output = output;
    timeoutNanos = policy.timeout().toNanos();
  }

  /** Takes a transaction; it is sent as soon as the link and the limits allow. */
  void submit(Transaction transaction, long nowNanos) {
    transaction.submittedNanos = nowNanos;
    deadlines.add(transaction, nowNanos + timeoutNanos);
    unsent.add(transaction);
    sendWaiting();
  }

  /**
   * A link is attached: everything unacknowledged is sent again, in order, then what waits.
   *
   * @param window ids above the watermark that the server remembers
   * @param maxInFlight bytes in flight that the server wants at most
   */
  void linkUp(int window, long maxInFlight) {
    this.window = window;
    this.maxInFlight = maxInFlight;
    if (slots.length < window) {
      grow(Integer.highestOneBit(2 * window - 1));
    }
    linked = true;
    for (long id = watermark; id < nextId; id++) {
      if (slot(id) != null) {
        output.send(slot(id), watermark);
      }
    }
    sendWaiting();
  }

  /** The link is gone. Deadlines go on. */
  void linkDown() {
    linked = false;
  }

  /** Sends what waits; to be called when the link takes more again, too. */
  void sendWaiting() {
    while (linked && !unsent.isEmpty() && hasRoomFor(unsent.peek()) && output.canSend()) {
      Transaction transaction = unsent.remove();
      transaction.id = nextId++;
      slots[index(transaction.id)] = transaction;
      inFlight += transaction.weight();
      output.send(transaction, watermark);
    }
  }

  private boolean hasRoomFor(Transaction transaction) {
    return nextId - watermark < window
        && (inFlight == 0 || inFlight + transaction.weight() <= maxInFlight);
  }

  /**
   * A reply arrived.
   *
   * @param intact whether its payload matches its checksum
   * @param payload owned by the core; null if there is none
   * @throws MalformedException if the reply is none to what was asked
   */
  void reply(long id, Status status, boolean intact, ByteBuf payload) throws MalformedException {
    boolean passedOn = false;
    try {
      if (id < 0 || id >= nextId) {
        throw new MalformedException(
            "reply to transaction %d (sent so far: < %d)".formatted(id, nextId));
      }
      Transaction transaction = id < watermark ? null : slot(id);
      if (transaction == null) {
        return; // the second answer to a transaction that was sent twice
      }
      if (!intact || status == Status.BAD_CHECKSUM) {
        output.send(transaction, watermark);
        return;
      }
      checkShape(transaction, status, payload);
      settle(transaction);
      passedOn = true;
      output.finished(transaction, status, payload);
      sendWaiting();
    } finally {
      if (!passedOn && payload != null) {
        payload.release();
      }
    }
  }

  private static void checkShape(Transaction transaction, Status status, ByteBuf payload)
      throws MalformedException {
    int length = payload == null ? 0 : payload.readableBytes();
    boolean right =
        status != Status.OK
            ? length == 0
            : switch (transaction.opcode()) {
              case READ -> length == transaction.count();
              case BLOCK_STATUS -> length > 0;
              case WRITE, FLUSH, TRIM, WRITE_ZEROES, CACHE, REPLY, PING, PONG -> length == 0;
              case NOTICE, DETACH, DETACHED, ATTACH, ATTACHED, REFUSED, LIST, LISTING ->
                  length == 0;
            };
    if (!right) {
      throw new MalformedException(
          "reply %s with %d bytes to %s".formatted(status, length, transaction));
    }
  }

  /** Takes a transaction out of the table; its id is not waited for any more. */
  private void settle(Transaction transaction) {
    deadlines.remove(transaction);
    if (transaction.id == Transaction.UNSENT) {
      unsent.remove(transaction);
      return;
    }
    slots[index(transaction.id)] = null;
    inFlight -= transaction.weight();
    while (watermark < nextId && slot(watermark) == null) {
      watermark++;
    }
  }

  /** Sends again, or fails, what is due. A late call costs each transaction one attempt only. */
  void expire(long nowNanos) {
    for (Transaction due = deadlines.first();
        due != null && due.deadlineNanos - nowNanos <= 0;
        due = deadlines.first()) {
      due.attempts++;
      if (policy.exhausted(due.attempts)) {
        settle(due);
        output.finished(due, Status.IO_ERROR, null);
        continue;
      }
      deadlines.remove(due);
      deadlines.add(due, nowNanos + timeoutNanos);
      if (linked && due.id != Transaction.UNSENT) {
        output.send(due, watermark);
      }
    }
    sendWaiting();
  }

  /** When {@link #expire} is to be called next; meaningless without {@link #isBusy}. */
  long nextDeadlineNanos() {
    return deadlines.first().deadlineNanos;
  }

  /** Whether any transaction is unfinished. */
  boolean isBusy() {
    return deadlines.first() != null;
  }

  private void grow(int size) {
    Transaction[] larger = new Transaction[size];
    for (long id = watermark; id < nextId; id++) {
      larger[(int) id & size - 1] = slot(id);
    }
    slots = larger;
  }

  private Transaction slot(long id) {
    return slots[index(id)];
  }

  private int index(long id) {
    return (int) id & slots.length - 1;
  }
}
