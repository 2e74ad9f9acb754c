package org.dst.cli.demo;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.BlockRequest;
import org.dst.client.device.DeviceInfo;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Features;

/**
 * A disk in memory that can be made to lie. It may return other bytes than those written, drop
 * writes, store them elsewhere, or fail requests; everything else it does right.
 */
final class FaultyDisk implements BlockDevice {
  private final byte[] bytes;
  private long flippedAt = -1;
  private BiFunction<Opcode, Long, Long> placement = (opcode, offset) -> offset;
  private Opcode failing;

  FaultyDisk(int size) {
    bytes = new byte[size];
  }

  /** Reads of this byte return another one. */
  void flip(long offset) {
    flippedAt = offset;
  }

  /** Where requests go instead of where they should; a negative place swallows them. */
  void place(BiFunction<Opcode, Long, Long> placement) {
    this.placement = placement;
  }

  /** Requests of this kind fail. */
  void fail(Opcode opcode) {
    failing = opcode;
  }

  @Override
  public DeviceInfo info() {
    int features = Features.FLUSH | Features.FUA;
    return new DeviceInfo("disk", "", bytes.length, 1, 4096, false, features);
  }

  @Override
  public void onChange(Consumer<DeviceInfo> listener) {
    // its size never changes
  }

  @Override
  public void submit(BlockRequest request) {
    if (request.opcode() == failing) {
      request.completed(Status.IO_ERROR, null);
      return;
    }
    int at = (int) (long) placement.apply(request.opcode(), request.offset());
    if (request.opcode() == Opcode.READ) {
      request.completed(Status.OK, read(at, (int) request.count()));
      return;
    }
    if (request.opcode() == Opcode.WRITE && at >= 0) {
      ByteBuf data = request.payload();
      data.getBytes(data.readerIndex(), bytes, at, data.readableBytes());
    }
    request.completed(Status.OK, null);
  }

  private ByteBuf read(int at, int count) {
    ByteBuf data = ByteBufAllocator.DEFAULT.directBuffer(count).writeBytes(bytes, at, count);
    if (flippedAt >= at && flippedAt < at + count) {
      int index = (int) flippedAt - at;
      data.setByte(index, data.getByte(index) ^ 1);
    }
    return data;
  }
}
