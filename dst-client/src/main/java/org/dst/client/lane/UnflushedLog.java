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
 * The unflushed-write log: the changes that the server has acknowledged but may still hold in a
 * volatile cache, as an interval map with the latest change of every byte. They are replayed if the
 * server loses its cache. Large payloads are retained, not copied. Owned by the lane's event loop.
 */
final class UnflushedLog {
  private static final int SMALL = 16 << 10;

  private final NavigableMap<Long, Entry> entries = new TreeMap<>();
  private long stamp;
  private long bytes;
  private long pinned;
  private int stuck;

  /** A change, or what later changes left of it. */
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

    /** The bytes of a WRITE, owned by the log; otherwise null. */
    ByteBuf payload() {
      return payload;
    }

    boolean stuck() {
      return stuck;
    }

    /** The offset after its last byte. */
    long end() {
      return offset + count;
    }

    private long weight() {
      return payload == null ? 0 : count;
    }

    private long pinned() {
      return payload == null ? 0 : PinnedMemory.of(payload, count);
    }

    /** The part from {@code from} to {@code to}, with its own reference to the payload. */
    private Entry part(long from, long to) {
      ByteBuf bytes = payload == null ? null : part((int) (from - offset), (int) (to - from));
      Entry part = new Entry(opcode, flags, from, to - from, bytes, stamp);
      part.stuck = stuck;
      return part;
    }

    /** A slice, or a copy if it is too small to pin the whole buffer for it. */
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

  /** A change was acknowledged that may be volatile: it replaces older ones in its range. */
  void acknowledged(Opcode opcode, int flags, long offset, long count, ByteBuf payload) {
    if (overwrite(flags, offset, count, payload)) {
      return;
    }
    cut(offset, count);
    put(new Entry(opcode, flags, offset, count, payload == null ? null : keep(payload), ++stamp));
  }

  /**
   * Overwrites an older small write of exactly the same range in place, unless its bytes are
   * shared. This is the common case on a busy disk, and takes one search and no allocation.
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
   * Small payloads are slices of a much larger read buffer; retaining one would pin all of it,
   * beyond any bound that counts payloads. Copying costs less than the system call that read them.
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

  /** A durable change was acknowledged: older ones in its range must never be replayed over it. */
  void cut(long offset, long count) {
    if (entries.isEmpty()) {
      return;
    }
    Entry same = entries.get(offset);
    if (same != null && same.count == count) { // entries do not overlap, so it is the only match
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

  /** Keeps the parts of an entry outside the range. */
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
   * Drops the part of an entry from {@code end} on, which lies inside it.
   *
   * @return the remaining part, which has taken its place in the log
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

  /** Marks this moment: everything now in the log has this stamp or a lower one. */
  long stamp() {
    return stamp;
  }

  /** A flush has made everything durable that was in the log at {@code stamp}. */
  void flushed(long stamp) {
    drop(entry -> entry.stamp <= stamp);
  }

  /** The server's whole cache became durable: only what never reached it stays. */
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

  /** Whether an entry whose replay failed touches the range. */
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

  /** Records the outcome of the replay of an entry in the log. */
  void replayed(Entry entry, boolean done) {
    stuck += (done ? 0 : 1) - (entry.stuck ? 1 : 0);
    entry.stuck = !done;
  }

  /** A snapshot of the entries, by offset. */
  List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }

  /** The entries whose replay failed. */
  List<Entry> stuckEntries() {
    return entries.values().stream().filter(Entry::stuck).toList();
  }

  /** Whether the replay of any entry failed. */
  boolean hasStuck() {
    return stuck > 0;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The number of entries. */
  int size() {
    return entries.size();
  }

  /** Payload bytes in the log. */
  long bytes() {
    return bytes;
  }

  /** Bytes of memory pinned by the log. */
  long pinned() {
    return pinned;
  }

  /** Releases everything. */
  void clear() {
    flushed(Long.MAX_VALUE);
  }
}
