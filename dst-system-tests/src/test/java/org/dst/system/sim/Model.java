package org.dst.system.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The values that may legally be read from each block now, and those that may legally remain after
 * a power loss without a replay. Knows nothing of how DST works, only what it promises.
 */
final class Model {
  private final Timeline time;
  private final SimStore store;
  private final List<Block> blocks = new ArrayList<>();
  private final Set<Read> reads = new HashSet<>();
  private long sequence;
  private long flushed;
  private long putsWhenTaken;

  /** How far a change has come. */
  private enum State {
    IN_FLIGHT,
    ACKNOWLEDGED,
    /** It failed, or its client died: done or not, but never later than the next change. */
    UNKNOWN
  }

  /** A change of a range, as the application made it. */
  static final class Change {
    final int first;
    final int count;
    final long value;
    final boolean undefined;
    private State state = State.IN_FLIGHT;
    private long acknowledged;
    private boolean durable;

    /**
     * @param undefined a trim: the range may read as zeroes or as before
     */
    Change(int first, int count, long value, boolean undefined) {
      this.first = first;
      this.count = count;
      this.value = value;
      this.undefined = undefined;
    }

    @Override
    public String toString() {
      return "%x in blocks %d to %d%s"
          .formatted(value, first, first + count - 1, undefined ? " (trim)" : "");
    }

    private boolean settles() {
      return state == State.ACKNOWLEDGED && !undefined;
    }
  }

  /** A read that is under way, with everything that it may find. */
  static final class Read {
    final int first;
    final List<Set<Long>> legal = new ArrayList<>();

    Read(int first) {
      this.first = first;
    }
  }

  private static final class Block {
    Set<Long> base = new HashSet<>(Set.of(0L));

    /** Its page was dropped by a failed sync and nobody repeats it: it may fall back any time. */
    boolean unstable;

    final List<Change> changes = new ArrayList<>();

    Set<Long> legal() {
      Set<Long> legal = new HashSet<>();
      for (int i = changes.size() - 1; i >= 0; i--) {
        legal.add(changes.get(i).value);
        if (changes.get(i).settles()) {
          return legal;
        }
      }
      legal.addAll(base);
      return legal;
    }

    Set<Long> leftAfterPowerLoss(long flushed) {
      Set<Long> left = new HashSet<>();
      for (int i = changes.size() - 1; i >= 0; i--) {
        Change change = changes.get(i);
        left.add(change.value);
        if (change.settles() && (change.durable || change.acknowledged <= flushed)) {
          return left;
        }
      }
      left.addAll(base);
      return left;
    }
  }

  Model(Timeline time, SimStore store) {
    this.time = time;
    this.store = store;
    for (int i = 0; i < store.blocks(); i++) {
      blocks.add(new Block());
    }
  }

  void submitted(Change change) {
    time.note("submitted: %s", change);
    for (int i = change.first; i < change.first + change.count; i++) {
      blocks.get(i).changes.add(change);
      for (Read read : reads) {
        if (i >= read.first && i < read.first + read.legal.size()) {
          read.legal.get(i - read.first).add(change.value);
        }
      }
    }
  }

  void acknowledged(Change change, boolean durable) {
    time.note("acknowledged%s: %s", durable ? " durable" : "", change);
    change.state = State.ACKNOWLEDGED;
    change.acknowledged = ++sequence;
    change.durable = durable;
  }

  void failed(Change change) {
    time.note("failed: %s", change);
    change.state = State.UNKNOWN;
  }

  /** The moment of a flush's submission. */
  long mark() {
    return sequence;
  }

  /** A flush that was submitted at {@code mark} succeeded. */
  void flushed(long mark) {
    time.note("flushed up to change %d", mark);
    flushed = Math.max(flushed, mark);
  }

  Read reading(int first, int count) {
    Read read = new Read(first);
    for (int i = first; i < first + count; i++) {
      read.legal.add(blocks.get(i).legal());
    }
    reads.add(read);
    return read;
  }

  void forget(Read read) {
    reads.remove(read);
  }

  /** A read found something. */
  void found(Read read, long[] values) {
    reads.remove(read);
    for (int i = 0; i < values.length; i++) {
      int number = read.first + i;
      if (!read.legal.get(i).contains(values[i])) {
        throw new Violation(
            blame(number, values[i]),
            "block %d reads %x; legal: %s".formatted(number, values[i], hex(read.legal.get(i))));
      }
      Block block = blocks.get(number);
      if (block.changes.isEmpty() && !block.unstable) {
        block.base = new HashSet<>(Set.of(values[i]));
      }
    }
  }

  /**
   * What is wrong: the newest change was acknowledged but never made, or an older one was made
   * after it, or it was made and has got lost.
   */
  private String blame(int number, long value) {
    Block block = blocks.get(number);
    if (block.changes.isEmpty()) { // nobody may have changed it since the present client has it
      return store.lastPut(number, value) > putsWhenTaken ? "FENCED" : "DURABLE";
    }
    for (int i = block.changes.size() - 1; i >= 0; i--) {
      Change newest = block.changes.get(i);
      if (newest.settles()) {
        long made = store.lastPut(number, newest.value);
        return made == 0 ? "ACKED" : store.lastPut(number, value) > made ? "ONCE" : "DURABLE";
      }
    }
    return "DURABLE";
  }

  private static List<String> hex(Set<Long> values) {
    return values.stream().map(Long::toHexString).sorted().toList();
  }

  /** The client died: what it had under way is done or not. */
  void clientDied() {
    reads.clear();
    for (Block block : blocks) {
      for (Change change : block.changes) {
        if (change.state == State.IN_FLIGHT) {
          change.state = State.UNKNOWN;
        }
      }
    }
  }

  /**
   * Another client has the disk, and has flushed it: every block holds one value from now on.
   *
   * @param cacheKept whether everything that was acknowledged must be there
   */
  void taken(boolean cacheKept) {
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      block.base = cacheKept ? block.legal() : block.leftAfterPowerLoss(flushed);
      block.changes.clear();
      block.unstable = store.isDropped(i);
    }
    flushed = sequence;
    putsWhenTaken = store.putCount();
  }

  /** Everything lost its power: checks what is left. */
  void powerLost() {
    for (int i = 0; i < blocks.size(); i++) {
      long value = store.durableValue(i);
      Set<Long> legal = blocks.get(i).leftAfterPowerLoss(flushed);
      if (!legal.contains(value)) {
        throw new Violation(
            "DURABLE",
            "block %d holds %x after a power loss; legal: %s".formatted(i, value, hex(legal)));
      }
    }
    time.note("power loss checked");
  }
}
