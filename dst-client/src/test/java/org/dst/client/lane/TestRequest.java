package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.client.device.BlockRequest;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/** A request as a front end would make it; remembers its end. */
public final class TestRequest extends BlockRequest {
  private static final long SECONDS = 20;

  /**
   * How it ended.
   *
   * @param data of a READ or BLOCK_STATUS, else null
   */
  public record End(Status status, byte[] data) {}

  private final Opcode opcode;
  private final int flags;
  private final long offset;
  private final long count;
  private final ByteBuf payload;
  private final EventExecutor loop;
  private final CompletableFuture<End> end = new CompletableFuture<>();

  private TestRequest(
      Opcode opcode, int flags, long offset, long count, ByteBuf payload, EventExecutor loop) {
    this.opcode = opcode;
    this.flags = flags;
    this.offset = offset;
    this.count = count;
    this.payload = payload;
    this.loop = loop;
  }

  public static TestRequest of(Opcode opcode, long offset, long count) {
    return of(opcode, offset, count, ImmediateEventExecutor.INSTANCE);
  }

  public static TestRequest of(Opcode opcode, long offset, long count, EventExecutor loop) {
    return new TestRequest(opcode, 0, offset, count, null, loop);
  }

  public static TestRequest write(int flags, long offset, byte[] data, EventExecutor loop) {
    ByteBuf payload = Unpooled.directBuffer(data.length).writeBytes(data);
    return new TestRequest(Opcode.WRITE, flags, offset, data.length, payload, loop);
  }

  public boolean isDone() {
    return end.isDone();
  }

  /** Waits for the end. */
  public End end() {
    try {
      return end.get(SECONDS, TimeUnit.SECONDS);
    } catch (Exception none) {
      throw new AssertionError("no end of " + opcode + " at " + offset, none);
    }
  }

  /** References to the payload that are left, the request's own not counted. */
  public int payloadReferences() {
    return payload.refCnt() - (isDone() ? 0 : 1);
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
  public ByteBuf payload() {
    return payload;
  }

  @Override
  public EventExecutor loop() {
    return loop;
  }

  @Override
  public void completed(Status status, ByteBuf result) {
    byte[] data = result == null ? null : ByteBufUtil.getBytes(result);
    if (result != null) {
      result.release();
    }
    if (payload != null) {
      payload.release();
    }
    if (!end.complete(new End(status, data))) {
      throw new AssertionError("completed twice: " + opcode + " at " + offset);
    }
  }
}
