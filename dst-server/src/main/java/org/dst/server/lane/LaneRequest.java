package org.dst.server.lane;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.server.engine.IoRequest;
import org.dst.server.engine.StoreHandle;

/**
 * A transaction that the server has taken in: queued, then running in the store. Pooled by its
 * lane.
 */
public final class LaneRequest extends IoRequest {
  private final ServerLane lane;
  private Opcode opcode;
  private int flags;
  private long id;
  private long offset;
  private long count;
  private ByteBuf data;

  LaneRequest(ServerLane lane) {
    this.lane = lane;
  }

  LaneRequest fill(FrameHeader header, ByteBuf payload) {
    opcode = header.opcode();
    flags = header.flags();
    id = header.id();
    offset = header.offset();
    count = header.count();
    data = payload;
    return this;
  }

  /** Makes the change durable before it is acknowledged, with or without FUA. */
  void makeDurable() {
    flags |= RequestFlags.FUA;
  }

  /**
   * Turns a write of zeroes into WRITE_ZEROES, which needs no bytes.
   *
   * @param allocated whether the range must be allocated afterwards
   */
  void becomeZeroes(boolean allocated) {
    opcode = Opcode.WRITE_ZEROES;
    flags |= allocated ? RequestFlags.NO_HOLE : 0;
    releaseData();
  }

  /** Whether its success promises durability. */
  boolean isDurable() {
    return opcode == Opcode.FLUSH || opcode.isChange() && RequestFlags.durable(flags);
  }

  /** Sets the buffer that the result is appended to. */
  void resultInto(ByteBuf buffer) {
    data = buffer;
  }

  /** Takes the buffer out of the request; the caller owns it. */
  ByteBuf takeData() {
    ByteBuf taken = data;
    data = null;
    return taken;
  }

  void releaseData() {
    if (data != null) {
      data.release();
      data = null;
    }
  }

  /** Bytes that the request holds while it runs. */
  long weight() {
    return opcode == Opcode.READ || opcode == Opcode.WRITE ? count : 0;
  }

  /** Bytes that came with the request. */
  long payloadBytes() {
    return opcode == Opcode.WRITE ? count : 0;
  }

  boolean overlaps(LaneRequest other) {
    return offset < other.offset + other.count && other.offset < offset + count;
  }

  /** The transaction id, unique in its lane. */
  public long id() {
    return id;
  }

  @Override
  public Opcode opcode() {
    return opcode;
  }

  @Override
  public int flags() {
    return flags;
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public ByteBuf data() {
    return data;
  }

  @Override
  public StoreHandle store() {
    return lane.store();
  }

  @Override
  public void completed(Status status) {
    lane.executed(this, status);
  }
}
