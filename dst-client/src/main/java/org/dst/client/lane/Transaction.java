package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import org.dst.client.device.BlockRequest;
import org.dst.protocol.Limits;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/**
 * One block request of a lane, from submission until it is acknowledged or failed. Pooled by the
 * lane's shell; its state is changed on the lane's event loop only, by the core.
 */
public final class Transaction {
  /** The id of a transaction that was not sent yet, and the stamp of such a flush. */
  static final long UNSENT = -1;

  private Opcode opcode;
  private int flags;
  private long offset;
  private long count;
  private ByteBuf payload;
  private final byte[] checksum = new byte[Limits.MAX_CHECKSUM];
  private BlockRequest request;
  private SplitListener split;
  private int part;

  /** Unique and rising in its lane; {@link #UNSENT} before the first copy. */
  long id;

  /** Expired resend timeouts, whether or not there was a link to resend on. */
  int attempts;

  /** When it was submitted, and when the next copy is due, in nanoseconds of the lane's clock. */
  long submittedNanos;

  long deadlineNanos;

  /** FLUSH: the log's stamp when the first copy was sent; it makes durable what was logged then. */
  long stamp;

  /** FLUSH: whether stuck log entries were already retried for it. */
  boolean retriedStuck;

  /** The log entry that this transaction replays; null in all others. */
  UnflushedLog.Entry replayed;

  /** The link's batch that the last copy belongs to. */
  private long batch;

  /** Neighbours in the {@link DeadlineQueue}. */
  Transaction earlier;

  Transaction later;

  /** Becomes a whole request. */
  public Transaction of(BlockRequest request) {
    return fill(request, request.offset(), request.count(), request.payload());
  }

  /** Becomes one part of a request; takes over the reference to the payload. */
  public Transaction of(SplitListener split, int part, long offset, long count, ByteBuf payload) {
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

  /** Becomes a background flush. */
  Transaction flush() {
    return ownFill(Opcode.FLUSH, 0, 0, 0, null);
  }

  /** Becomes the replay of a logged change. */
  Transaction replay(UnflushedLog.Entry entry) {
    ByteBuf bytes = entry.payload() == null ? null : entry.payload().retain();
    ownFill(entry.opcode(), entry.flags(), entry.offset(), entry.count(), bytes);
    replayed = entry;
    return this;
  }

  /** Releases everything, for the pool. */
  public void clear() {
    if (payload != null) {
      payload.release();
    }
    payload = null;
    request = null;
    split = null;
    replayed = null;
  }

  /** Whether it is the lane's own, a replay or a background flush, and nobody waits for it. */
  public boolean isInternal() {
    return request == null;
  }

  /** Whether it is resent without limit: other requests depend on it. */
  boolean isEndless() {
    return request == null;
  }

  boolean overlaps(long offset, long count) {
    return this.offset < offset + count && offset < this.offset + this.count;
  }

  /** The operation. */
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

  /** Unique and rising in its lane; negative before the first copy is sent. */
  public long id() {
    return id;
  }

  /** Whether it replays a logged change. */
  public boolean isReplay() {
    return replayed != null;
  }

  /** A copy was queued on the link, in that batch. */
  public void queued(long batch) {
    this.batch = batch;
  }

  /** The link's batch that the last copy belongs to. */
  public long batch() {
    return batch;
  }

  /** What it carries out, or a part of which; null if it is internal. */
  public BlockRequest request() {
    return request;
  }

  /** The split request that it is a part of; null if it is a whole request or internal. */
  public SplitListener split() {
    return split;
  }

  /** Its number as a part of {@link #split}. */
  public int part() {
    return part;
  }

  /** Tells the request how this transaction ended; to be called on the request's event loop. */
  public void complete(Status status, ByteBuf payload) {
    complete(request, split, part, status, payload);
  }

  /** As {@link #complete(Status, ByteBuf)}, for a transaction that was recycled meanwhile. */
  public static void complete(
      BlockRequest request, SplitListener split, int part, Status status, ByteBuf payload) {
    if (split == null) {
      request.completed(status, payload);
    } else {
      split.partDone(part, status, payload);
    }
  }

  /** Bytes of payload that it has in flight, in either direction. */
  long weight() {
    return opcode == Opcode.READ || opcode == Opcode.WRITE ? count : 0;
  }

  @Override
  public String toString() {
    return "%s of %d bytes at %d (transaction %d)".formatted(opcode, count, offset, id);
  }
}
