package org.dst.system.sim;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.dst.protocol.Extent;
import org.dst.protocol.Status;
import org.dst.server.medium.MediumMarks;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;

/**
 * A store with a volatile cache, in blocks that hold one number each. The faults that it injects,
 * and why they lose nothing:
 *
 * <ul>
 *   <li>power loss: every unsynced block keeps its cached value or falls back to any value it has
 *       had since the last sync; the client has all of these in its log;
 *   <li>a failed sync, reported once per error: blocks are dropped from the cache's dirty list, so
 *       that no later sync writes them; they read as written until they are evicted, which can
 *       happen as soon as the server has been told of the error; the verifier changes and the
 *       client writes them again;
 *   <li>a failed durable write, whether it was executed or not: the same;
 *   <li>a full store or a failed read: nothing changes, and the requester gets the error.
 * </ul>
 */
final class SimStore implements BlockStore {
  /** Bytes of a block. */
  static final int BLOCK = 512;

  /** Blocks of a stripe that are used; the rest of it is there but never touched. */
  static final int USED = 16;

  private static final long STRIPE = 1 << 20;

  private final Timeline time;
  private final int stripes;
  private final long[] cache;
  private final long[] durable;
  private final List<List<Long>> since = new ArrayList<>();

  /** When each value was last put into each block. */
  private final List<Map<Long, Long>> puts = new ArrayList<>();

  private long putCount;
  private final Set<Integer> dirty = new TreeSet<>();
  private final Set<Integer> dropped = new TreeSet<>();

  /** Those of the dropped pages that may leave the cache. */
  private final Set<Integer> evictable = new TreeSet<>();

  private int failingSyncs;
  private boolean full;
  private boolean cruel;
  private boolean failingReads;
  private long shrunkTo = Long.MAX_VALUE;

  /** What is meant for another medium is written here: the worst that can happen. */
  private final boolean foreign;

  private final MediumMarks marks;

  /** A medium of the client's. */
  SimStore(Timeline time, int stripes, MediumMarks marks) {
    this(time, stripes, marks, false);
  }

  private SimStore(Timeline time, int stripes, MediumMarks marks, boolean foreign) {
    this.time = time;
    this.marks = marks;
    this.foreign = foreign;
    this.stripes = stripes;
    cache = new long[stripes * USED];
    durable = new long[stripes * USED];
    for (int i = 0; i < cache.length; i++) {
      since.add(new ArrayList<>());
      puts.add(new HashMap<>());
    }
  }

  /** The same medium with what is on it now, to which it may be rolled back. */
  SimStore snapshot() {
    SimStore copy = new SimStore(time, stripes, marks);
    System.arraycopy(durable, 0, copy.durable, 0, durable.length);
    System.arraycopy(durable, 0, copy.cache, 0, durable.length);
    return copy;
  }

  /**
   * Another medium, with what this one has on it, or empty.
   *
   * @param others its marks
   */
  SimStore stranger(MediumMarks others, boolean copied) {
    SimStore stranger = new SimStore(time, stripes, others, true);
    if (copied) {
      System.arraycopy(cache, 0, stranger.cache, 0, cache.length);
      System.arraycopy(cache, 0, stranger.durable, 0, cache.length);
    }
    return stranger;
  }

  @Override
  public MediumMarks marks() {
    return marks;
  }

  /** Blocks that are used. */
  int blocks() {
    return cache.length;
  }

  /** Where a block is. */
  static long offsetOf(int block) {
    return block / USED * STRIPE + (long) block % USED * BLOCK;
  }

  private static int blockAt(long offset) {
    return (int) (offset / STRIPE * USED + offset % STRIPE / BLOCK);
  }

  /** The next {@code count} syncs or durable writes fail. */
  void failSyncs(int count) {
    failingSyncs = count;
  }

  void full(boolean full) {
    this.full = full;
  }

  void failReads(boolean fail) {
    failingReads = fail;
  }

  /** The store has shrunk below what clients know, until it is whole again. */
  void shrink(boolean shrunk) {
    shrunkTo = shrunk ? BLOCK : Long.MAX_VALUE;
  }

  boolean isShrunk() {
    return shrunkTo != Long.MAX_VALUE;
  }

  /** Ends all faults. */
  void heal() {
    failingSyncs = 0;
    full = false;
    failingReads = false;
    shrink(false);
  }

  /** The machine loses its power: the cache is gone. */
  void losePower() {
    for (int block = 0; block < cache.length; block++) {
      if (dirty.contains(block)) {
        List<Long> seen = since.get(block);
        int kept = time.random().nextInt(seen.size() + 1);
        if (!cruel && kept < seen.size()) {
          durable[block] = seen.get(kept);
        }
      }
      cache[block] = durable[block];
      since.get(block).clear();
    }
    dirty.clear();
    dropped.clear();
    evictable.clear();
  }

  /** A server process hears of the errors so far, or is a new one that never will. */
  void errorsReported() {
    evictable.addAll(dropped);
    if (time.chance(2)) {
      evict();
    }
  }

  /** A page that a failed sync has dropped leaves the cache. */
  void evict() {
    for (int block : List.copyOf(evictable)) {
      if (cruel || time.chance(2)) {
        cache[block] = durable[block];
        evictable.remove(block);
        dropped.remove(block);
      }
    }
  }

  /** Whether a page reads as written but will never be by itself. */
  boolean isDropped(int block) {
    return dropped.contains(block);
  }

  /** Counts puts: the last one of a value into a block; 0 if there was none. */
  long lastPut(int block, long value) {
    return puts.get(block).getOrDefault(value, 0L);
  }

  /** How many puts there were. */
  long putCount() {
    return putCount;
  }

  /** What would be left after a power loss that spares nothing. */
  long durableValue(int block) {
    return durable[block];
  }

  @Override
  public StoreInfo info() {
    return new StoreInfo("simulated", "simulated", size(), BLOCK, 4096, false, false, true, true);
  }

  @Override
  public long size() {
    return Math.min(shrunkTo, stripes * STRIPE);
  }

  @Override
  public boolean tryRead(long offset, ByteBuf target, int length) throws StoreException {
    read(offset, target, length);
    return true;
  }

  @Override
  public void read(long offset, ByteBuf target, int length) throws StoreException {
    if (failingReads && time.chance(3)) {
      throw new StoreException(Status.IO_ERROR, "simulated read error");
    }
    for (int at = 0; at < length; at += BLOCK) {
      long value = cache[blockAt(offset + at)];
      for (int i = 0; i < BLOCK; i += Long.BYTES) {
        target.writeLong(value);
      }
    }
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durably) throws StoreException {
    int length = source.readableBytes();
    for (int at = 0; at < length; at += BLOCK) {
      if (full) {
        throw new StoreException(Status.NO_SPACE, "simulated full store");
      }
      long value = source.getLong(source.readerIndex() + at);
      for (int i = Long.BYTES; i < BLOCK; i += Long.BYTES) {
        if (source.getLong(source.readerIndex() + at + i) != value) {
          throw new Violation("INTACT", "a damaged payload reached the store");
        }
      }
      put(blockAt(offset + at), value);
    }
    if (durably) {
      makeDurable(offset, length);
    }
  }

  private void put(int block, long value) {
    time.note("store: block %d = %x", block, value);
    if (foreign) {
      throw new Violation("MEDIUM", "block %d of another medium was changed".formatted(block));
    }
    cache[block] = value;
    puts.get(block).put(value, ++putCount);
    since.get(block).add(value);
    dirty.add(block);
    dropped.remove(block);
    evictable.remove(block);
  }

  private void makeDurable(long offset, int length) throws StoreException {
    if (failingSyncs > 0) {
      failingSyncs--;
      drop();
      throw new StoreException(Status.IO_ERROR, "simulated failed durable write");
    }
    for (int at = 0; at < length; at += BLOCK) {
      settle(blockAt(offset + at));
    }
  }

  private void settle(int block) {
    if (dirty.remove(block)) {
      time.note("store: block %d durable", block);
      durable[block] = cache[block];
      since.get(block).clear();
    }
  }

  /** Power loss and failed syncs take all they may, instead of some by chance. */
  void cruel() {
    cruel = true;
  }

  /** Some of the dirty pages are dropped for good, as the kernel does after a write-back error. */
  private void drop() {
    for (int block : List.copyOf(dirty)) {
      if (cruel || time.chance(2)) {
        dirty.remove(block);
        since.get(block).clear();
        dropped.add(block);
        time.note("store: block %d dropped", block);
      } else if (time.chance(2)) {
        settle(block);
      }
    }
  }

  @Override
  public void sync() throws StoreException {
    if (failingSyncs > 0) {
      failingSyncs--;
      drop();
      throw new StoreException(Status.IO_ERROR, "simulated failed sync");
    }
    List.copyOf(dirty).forEach(this::settle);
  }

  @Override
  public void startWriteBack(long offset, long length) {
    // write-back may happen at any time anyway
  }

  @Override
  public void trim(long offset, long length) throws StoreException {
    zero(offset, length);
  }

  @Override
  public void writeZeroes(long offset, long length, boolean noHole, boolean fast)
      throws StoreException {
    zero(offset, length);
  }

  private void zero(long offset, long length) throws StoreException {
    if (full) {
      throw new StoreException(Status.NO_SPACE, "simulated full store");
    }
    for (long at = 0; at < length; at += BLOCK) {
      put(blockAt(offset + at), 0);
    }
  }

  @Override
  public void cache(long offset, long length) {
    // a hint
  }

  @Override
  public List<Extent> status(long offset, long length, int most) {
    return List.of(new Extent(length, 0));
  }

  @Override
  public void close() {
    // memory
  }
}
