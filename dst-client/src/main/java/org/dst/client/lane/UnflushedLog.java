package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.dst.protocol.Opcode;

/**
 * What a lane's server has acknowledged but may still hold in a volatile cache: an interval map of
 * the latest change of every byte. If the server forgets its cache, these changes are sent again.
 * Large payloads are retained, not copied. Owned by the lane's event loop.
 */
final class UnflushedLog {
  private static final int SMALL = 16 << 10;

  private final NavigableMap<Long, Entry> entries = new TreeMap<>();
  private long stamp;
  private long bytes;
  private long pinned;
  private int stuck;

  /** A change, or what later changes have left of it. */
  static final class Entry {
    private final Opcode opcode;
    private int flags;
    private final long offset;
    private final long count;
    private final ByteBuf payload;
    private long stamp;

    /** The last attempt to replay it failed. */
    private boolean stuck;

    Entry(Opcode opcode, int flags, long offset, long count, ByteBuf payload, long stamp) {
      this.opcode = opcode;
      this.flags = flags;
      this.offset = offset;
      this.count = count;
      this.payload = payload;
      this.stamp = stamp;
    }

    Opcode opcode() {
      return opcode;
    }

    int flags() {
      return flags;
    }

    long offset() {
      return offset;
    }

    long count() {
      return count;
    }

    /** The bytes of a WRITE, held by the log; otherwise null. */
    ByteBuf payload() {
      return payload;
    }

    boolean stuck() {
      return stuck;
    }

    /** The first byte behind it. */
    long end() {
      return offset + count;
    }

    private long weight() {
      return payload == null ? 0 : count;
    }

    private long pinned() {
      return payload == null ? 0 : PinnedMemory.of(payload, count);
    }

    /** The part of this entry from {@code from} to {@code to}, with a reference of its own. */
    private Entry part(long from, long to) {
      ByteBuf bytes = payload == null ? null : part((int) (from - offset), (int) (to - from));
      Entry part = new Entry(opcode, flags, from, to - from, bytes, stamp);
      part.stuck = stuck;
      return part;
    }

    /** A slice, or a copy if it is so little that the buffer should not be kept for it. */
    private ByteBuf part(int begin, int length) {
      int index = payload.readerIndex() + begin;
      return PinnedMemory.isMost(length, PinnedMemory.whole(payload))
          ? payload.retainedSlice(index, length)
          : copy(payload, index, length);
    }

    private void release() {
      if (payload != null) {
        payload.release();
      }
    }
  }

  /** A change was acknowledged that may be volatile: it takes the place of older ones. */
  void acknowledged(Opcode opcode, int flags, long offset, long count, ByteBuf payload) {
    if (overwrite(flags, offset, count, payload)) {
      return;
    }
    cut(offset, count);
    put(new Entry(opcode, flags, offset, count, payload == null ? null : keep(payload), ++stamp));
  }

  /**
   * Puts a small write into an older one of exactly its range, unless somebody else holds its bytes
   * too: what happens to most blocks of a busy disk, in one search and without a new object.
   */
  private boolean overwrite(int flags, long offset, long count, ByteBuf payload) {
    Entry old = payload == null || count > SMALL ? null : entries.get(offset);
    if (old == null || old.count != count || old.stuck || old.payload == null) {
      return false;
    }
    if (old.payload.refCnt() != 1) {
      return false;
    }
    int length = payload.readableBytes();
    old.payload.setBytes(old.payload.readerIndex(), payload, payload.readerIndex(), length);
    old.flags = flags;
    old.stamp = ++stamp;
    return true;
  }

  /**
   * Small payloads are slices of a read buffer that is many times larger; one that is kept for long
   * would pin all of it, beyond any bound that counts payloads. Copying those costs less than the
   * system call that brought them.
   */
  private static ByteBuf keep(ByteBuf payload) {
    int length = payload.readableBytes();
    return length > SMALL && PinnedMemory.isWorthIts(payload)
        ? payload.retain()
        : copy(payload, payload.readerIndex(), length);
  }

  private static ByteBuf copy(ByteBuf payload, int index, int length) {
    return payload.alloc().directBuffer(length, length).writeBytes(payload, index, length);
  }

  /** A change was acknowledged that is durable: what is older must never come back over it. */
  void cut(long offset, long count) {
    if (entries.isEmpty()) {
      return;
    }
    Entry same = entries.get(offset);
    if (same != null && same.count == count) { // entries do not overlap, so it is the only one
      remove(same);
      same.release();
      return;
    }
    long end = offset + count;
    Map.Entry<Long, Entry> before = entries.lowerEntry(offset);
    if (before != null && before.getValue().end() > offset) {
      replace(before.getValue(), offset, end);
    }
    Map.Entry<Long, Entry> inside = entries.ceilingEntry(offset);
    while (inside != null && inside.getKey() < end) {
      replace(inside.getValue(), offset, end);
      inside = entries.ceilingEntry(offset);
    }
  }

  /** Leaves of an entry what is outside the range. */
  private void replace(Entry old, long from, long to) {
    remove(old);
    if (old.offset < from) {
      put(old.part(old.offset, from));
    }
    if (old.end() > to) {
      put(old.part(to, old.end()));
    }
    old.release();
  }

  /**
   * Drops what an entry has at and behind {@code end}, which lies inside it.
   *
   * @return what is left of it, in the log in its place
   */
  Entry shorten(Entry entry, long end) {
    Entry head = entry.part(entry.offset, end);
    remove(entry);
    put(head);
    entry.release();
    return head;
  }

  private void put(Entry entry) {
    entries.put(entry.offset, entry);
    bytes += entry.weight();
    pinned += entry.pinned();
    stuck += entry.stuck ? 1 : 0;
  }

  private void remove(Entry entry) {
    entries.remove(entry.offset);
    forget(entry);
  }

  private void forget(Entry entry) {
    bytes -= entry.weight();
    pinned -= entry.pinned();
    stuck -= entry.stuck ? 1 : 0;
  }

  /** Marks this moment: everything in the log now is at or below it. */
  long stamp() {
    return stamp;
  }

  /** A flush made everything durable that was in the log at {@code stamp}. */
  void flushed(long stamp) {
    drop(entry -> entry.stamp <= stamp);
  }

  /** The server's cache became durable as a whole: what is missing in it is all that is left. */
  void keepStuckOnly() {
    drop(entry -> !entry.stuck);
  }

  private void drop(Predicate<Entry> durable) {
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      Entry entry = all.next();
      if (durable.test(entry)) {
        all.remove();
        forget(entry);
        entry.release();
      }
    }
  }

  /** Whether a change that could not be replayed touches the range. */
  boolean isStuck(long offset, long count) {
    if (stuck == 0) {
      return false;
    }
    Map.Entry<Long, Entry> before = entries.lowerEntry(offset + count);
    while (before != null && before.getValue().end() > offset) {
      if (before.getValue().stuck) {
        return true;
      }
      before = entries.lowerEntry(before.getKey());
    }
    return false;
  }

  /** Notes how the replay of an entry, which is still in the log, went. */
  void replayed(Entry entry, boolean done) {
    stuck += (done ? 0 : 1) - (entry.stuck ? 1 : 0);
    entry.stuck = !done;
  }

  /** The entries as they are now, by offset. */
  List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }

  /** The entries that could not be replayed. */
  List<Entry> stuckEntries() {
    return entries.values().stream().filter(Entry::stuck).toList();
  }

  /** Whether anything could not be replayed. */
  boolean hasStuck() {
    return stuck > 0;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** How many changes, or parts of changes, it holds. */
  int size() {
    return entries.size();
  }

  /** Bytes of payload that it holds. */
  long bytes() {
    return bytes;
  }

  /** Bytes of memory that cannot be used for anything else because of it. */
  long pinned() {
    return pinned;
  }

  /** Lets go of everything. */
  void clear() {
    flushed(Long.MAX_VALUE);
  }
}
