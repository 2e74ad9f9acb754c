package org.dst.system.sim;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.BlockRequest;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/** A request of the simulated application. */
final class SimRequest extends BlockRequest {
  private final Opcode opcode;
  private final int flags;
  private final long offset;
  private final long count;
  private final ByteBuf payload;
  private final BiConsumer<Status, ByteBuf> outcome;
  private boolean answered;

  private SimRequest(
      Opcode opcode,
      int flags,
      long offset,
      long count,
      ByteBuf payload,
      BiConsumer<Status, ByteBuf> outcome) {
    this.opcode = opcode;
    this.flags = flags;
    this.offset = offset;
    this.count = count;
    this.payload = payload;
    this.outcome = outcome;
  }

  static void flush(BlockDevice device, Consumer<Status> outcome) {
    device.submit(
        new SimRequest(Opcode.FLUSH, 0, 0, 0, null, (status, none) -> outcome.accept(status)));
  }

  /** Writes the same number all over a range of blocks. */
  static void write(
      BlockDevice device, int flags, int first, int count, long value, Consumer<Status> outcome) {
    int length = count * SimStore.BLOCK;
    ByteBuf payload = SimServerLink.HEAP.heapBuffer(length, length);
    for (int i = 0; i < length; i += Long.BYTES) {
      payload.writeLong(value);
    }
    device.submit(
        new SimRequest(
            Opcode.WRITE,
            flags,
            SimStore.offsetOf(first),
            length,
            payload,
            (status, none) -> outcome.accept(status)));
  }

  static void clear(
      BlockDevice device,
      Opcode opcode,
      int flags,
      int first,
      int count,
      Consumer<Status> outcome) {
    device.submit(
        new SimRequest(
            opcode,
            flags,
            SimStore.offsetOf(first),
            (long) count * SimStore.BLOCK,
            null,
            (status, none) -> outcome.accept(status)));
  }

  /** Reads blocks; the numbers are null if it fails. */
  static void read(BlockDevice device, int first, int count, BiConsumer<Status, long[]> outcome) {
    device.submit(
        new SimRequest(
            Opcode.READ,
            0,
            SimStore.offsetOf(first),
            (long) count * SimStore.BLOCK,
            null,
            (status, data) ->
                outcome.accept(status, status == Status.OK ? values(data, count) : null)));
  }

  private static long[] values(ByteBuf data, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = data.getLong(data.readerIndex() + i * SimStore.BLOCK);
      for (int at = 0; at < SimStore.BLOCK; at += Long.BYTES) {
        if (data.getLong(data.readerIndex() + i * SimStore.BLOCK + at) != values[i]) {
          throw new Violation("INTACT", "a damaged or torn block was delivered");
        }
      }
    }
    data.release();
    return values;
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
    return ImmediateEventExecutor.INSTANCE;
  }

  @Override
  public void completed(Status status, ByteBuf data) {
    if (answered) {
      throw new Violation("ACKED", opcode + " was answered twice");
    }
    answered = true;
    outcome.accept(status, data);
  }
}
