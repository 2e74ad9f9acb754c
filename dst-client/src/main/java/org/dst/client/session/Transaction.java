package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import org.dst.client.device.BlockRequest;
import org.dst.protocol.Limits;
import org.dst.protocol.Opcode;

/**
 * One block request of a lane, from its submission until it is acknowledged or failed. Pooled by
 * lane; its state is changed by {@link TransactionFlow} only, on the lane's event loop.
 */
public final class Transaction {
  /** The id of a transaction that was not sent yet, and the stamp of a flush before. */
  static final long UNSENT = -1;

  private Opcode opcode;
  private int flags;
  private long offset;
  private long count;
  private ByteBuf payload;
  private final byte[] checksum = new byte[Limits.MAX_CHECKSUM];
  private BlockRequest request;
  private SplitRequest split;
  private int part;

  /** Unique and rising in its lane; {@link #UNSENT} before the first copy. */
  long id;

  /** Copies that were sent, or periods that passed in which one would have been. */
  int attempts;

  /** When it was submitted, and when the next copy is due, in nanoseconds of the lane's clock. */
  long submittedNanos;

  long deadlineNanos;

  /** FLUSH: the state of the log when the first copy was sent; that much it makes durable. */
  long stamp;

  /** FLUSH: whether what could not be replayed was tried again for it. */
  boolean retriedStuck;

  /** What a copy of a replay repeats; null in every other transaction. */
  UnflushedLog.Entry replayed;

  /** Where the link's output stood behind the last copy; the link's business. */
  long queuedAt;

  /** Neighbours in the order of deadlines. */
  Transaction earlier;

  Transaction later;

  /** Becomes a whole request. */
  Transaction of(BlockRequest request) {
    return fill(request, request.offset(), request.count(), request.payload());
  }

  /** Becomes one part of a request. */
  Transaction of(SplitRequest split, int part, long offset, long count, ByteBuf payload) {
    fill(split.request(), offset, count, payload);
    this.split = split;
    this.part = part;
    return this;
  }

  private Transaction fill(BlockRequest request, long offset, long count, ByteBuf payload) {
    ownFill(request.opcode(), request.flags(), offset, count, payload);
    this.request = request;
    return this;
  }

  private Transaction ownFill(Opcode opcode, int flags, long offset, long count, ByteBuf payload) {
    this.opcode = opcode;
    this.flags = flags;
    request = null;
    this.offset = offset;
    this.count = count;
    this.payload = payload;
    split = null;
    id = UNSENT;
    stamp = UNSENT;
    attempts = 0;
    retriedStuck = false;
    replayed = null;
    return this;
  }

  /** Becomes a flush of the lane's own. */
  Transaction flush() {
    return ownFill(Opcode.FLUSH, 0, 0, 0, null);
  }

  /** Becomes a repetition of a change. */
  Transaction replay(UnflushedLog.Entry entry) {
    ByteBuf bytes = entry.payload() == null ? null : entry.payload().retain();
    ownFill(entry.opcode(), entry.flags(), entry.offset(), entry.count(), bytes);
    replayed = entry;
    return this;
  }

  /** Lets go of everything; to be pooled. */
  void clear() {
    if (payload != null) {
      payload.release();
    }
    payload = null;
    request = null;
    split = null;
    replayed = null;
  }

  /** Whether it is the lane's own and nobody waits for it. */
  boolean isInternal() {
    return request == null;
  }

  /** Whether it is never given up: what it does must be done before anything else can be. */
  boolean isEndless() {
    return request == null;
  }

  boolean overlaps(long offset, long count) {
    return this.offset < offset + count && offset < this.offset + this.count;
  }

  /** What is asked. */
  public Opcode opcode() {
    return opcode;
  }

  /** Bits of {@link org.dst.protocol.RequestFlags}. */
  public int flags() {
    return flags;
  }

  /** The first byte of the range. */
  public long offset() {
    return offset;
  }

  /** The length of the range in bytes. */
  public long count() {
    return count;
  }

  /** The bytes of a WRITE, immutable; the transaction holds a reference. Otherwise null. */
  public ByteBuf payload() {
    return payload;
  }

  /** The checksum of the payload, computed once at intake. */
  public byte[] checksum() {
    return checksum;
  }

  BlockRequest request() {
    return request;
  }

  SplitRequest split() {
    return split;
  }

  int part() {
    return part;
  }

  /** Bytes that it holds in flight, in one direction or the other. */
  long weight() {
    return opcode == Opcode.READ || opcode == Opcode.WRITE ? count : 0;
  }

  @Override
  public String toString() {
    return "%s of %d bytes at %d (transaction %d)".formatted(opcode, count, offset, id);
  }
}
