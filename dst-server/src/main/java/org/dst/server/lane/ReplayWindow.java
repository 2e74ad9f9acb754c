package org.dst.server.lane;

import org.dst.protocol.MalformedException;
import org.dst.protocol.Status;

/**
 * The state of every transaction id of a lane from the client's watermark up to watermark + window:
 * absent, running, or done with a status. Makes a resent request take effect once.
 */
final class ReplayWindow {
  private static final byte ABSENT = 0;
  private static final byte RUNNING = 1;
  private static final byte DONE = 2;

  /** What to do with a request, by the state of its id. */
  enum Verdict {
    /** Never seen, or refused before it was executed: take it. */
    FRESH,
    /** Its first copy is running, and will be answered. */
    RUNNING,
    /** Done before: answer with {@link #statusOf}. */
    DONE,
    /** Below the watermark: the client needs no answer any more. */
    SETTLED
  }

  private final int mask;
  private final byte[] states;
  private final Status[] statuses;
  private long watermark;

  /** A window of {@code size} ids, a power of two. */
  ReplayWindow(int size) {
    assert Integer.bitCount(size) == 1;
    mask = size - 1;
    states = new byte[size];
    statuses = new Status[size];
  }

  /**
   * Advances the window to the client's watermark and looks up an id.
   *
   * @throws MalformedException if the watermark goes back, or the id is beyond the window
   */
  Verdict arrive(long id, long watermark) throws MalformedException {
    if (watermark < this.watermark) {
      throw new MalformedException(
          "watermark %d (expected: >= %d)".formatted(watermark, this.watermark));
    }
    if (id < watermark) {
      return Verdict.SETTLED;
    }
    if (id - watermark > mask) {
      throw new MalformedException(
          "transaction %d is beyond the window of %d ids from %d"
              .formatted(id, states.length, watermark));
    }
    advance(watermark);
    return switch (states[slot(id)]) {
      case RUNNING -> Verdict.RUNNING;
      case DONE -> Verdict.DONE;
      default -> Verdict.FRESH;
    };
  }

  private void advance(long to) {
    if (to - watermark > mask) {
      java.util.Arrays.fill(states, ABSENT);
    } else {
      for (long id = watermark; id < to; id++) {
        states[slot(id)] = ABSENT;
      }
    }
    watermark = to;
  }

  /** Forgets all outcomes: the store has lost the changes. */
  void clear() {
    java.util.Arrays.fill(states, ABSENT);
  }

  /** The request was taken in and is about to be executed. */
  void started(long id) {
    states[slot(id)] = RUNNING;
  }

  /** A change was executed: a resend is answered with this status. */
  void done(long id, Status status) {
    if (id >= watermark) {
      states[slot(id)] = DONE;
      statuses[slot(id)] = status;
    }
  }

  /** A request was discarded before it was executed, or may simply be repeated. */
  void forget(long id) {
    if (id >= watermark) {
      states[slot(id)] = ABSENT;
    }
  }

  /** The status of a done request. */
  Status statusOf(long id) {
    return statuses[slot(id)];
  }

  private int slot(long id) {
    return (int) id & mask;
  }
}
