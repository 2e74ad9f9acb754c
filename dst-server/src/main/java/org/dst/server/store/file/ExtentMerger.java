package org.dst.server.store.file;

import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.Extent;
import org.dst.server.store.Ranges;

/**
 * Gathers the extents of a range from its start on: whole blocks, neighbours of one state merged. A
 * block of which some is data counts as data.
 */
final class ExtentMerger {
  private final long end;
  private final int block;
  private final int most;
  private final List<Extent> extents = new ArrayList<>();
  private long position;
  private long start;
  private int state;
  private boolean full;

  /**
   * @param start multiple of the block
   * @param end where the range ends
   * @param block bytes, a power of two
   * @param most maximum number of extents
   */
  ExtentMerger(long start, long end, int block, int most) {
    this.start = start;
    this.position = start;
    this.end = end;
    this.block = block;
    this.most = most;
  }

  /** Where the next extent begins. */
  long position() {
    return position;
  }

  /** Where the range ends. */
  long end() {
    return end;
  }

  /** Whether the range is covered or there may be no more extents. */
  boolean isFull() {
    return full || position >= end;
  }

  /** There is a hole from the position on; if it is shorter than a block, the block is data. */
  void holeUntil(long until) {
    long whole = until >= end ? end : Ranges.down(until, block);
    if (whole > position) {
      add(whole, Extent.HOLE | Extent.ZERO);
    } else {
      dataUntil(until);
    }
  }

  /** There is data from the position on, one block of it at least. */
  void dataUntil(long until) {
    long least = Ranges.down(position, block) + block;
    add(Math.min(end, Math.max(least, Ranges.up(Math.min(until, end), block))), 0);
  }

  private void add(long until, int newState) {
    if (position > start && newState != state) {
      extents.add(new Extent(position - start, state));
      start = position;
      if (extents.size() == most) {
        full = true;
        return;
      }
    }
    state = newState;
    position = until;
  }

  /** What was gathered, at least one extent. */
  List<Extent> extents() {
    if (!full && position > start) {
      extents.add(new Extent(position - start, state));
      start = position;
    }
    return extents;
  }
}
