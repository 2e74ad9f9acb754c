package org.dst.client.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.BlockRequest;
import org.dst.client.device.DeviceInfo;
import org.dst.protocol.Extent;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.protocol.message.Features;

/**
 * A sparse disk in memory. Completes each request within its submission, or, when held, on demand
 * and in any order; a request is carried out when it is completed.
 */
final class MemoryDevice implements BlockDevice {
  static final int ALL =
      Features.FLUSH
          | Features.FUA
          | Features.TRIM
          | Features.WRITE_ZEROES
          | Features.FAST_ZERO
          | Features.CACHE
          | Features.BLOCK_STATUS
          | Features.ROTATIONAL;

  private static final int PAGE = 4096;

  /** What was submitted, as it was then. */
  record Seen(Opcode opcode, int flags, long offset, long count) {}

  private final ConcurrentSkipListMap<Long, byte[]> pages = new ConcurrentSkipListMap<>();
  private final ByteBufAllocator allocator;
  private final List<BlockRequest> held = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private volatile DeviceInfo info;
  private boolean holding;
  private boolean recording = true;
  private Status failure = Status.OK;

  MemoryDevice(ByteBufAllocator allocator, DeviceInfo info) {
    this.allocator = allocator;
    this.info = info;
  }

  static DeviceInfo info(long size, int minBlock, boolean readOnly, int features) {
    return new DeviceInfo("disk", "a disk in memory", size, minBlock, 4096, readOnly, features);
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  void info(DeviceInfo info) {
    this.info = info;
  }

  /** From now on requests wait for {@link #complete}. */
  void hold() {
    holding = true;
  }

  /** From now on requests end with this status, without effect unless it is OK. */
  void fail(Status failure) {
    this.failure = failure;
  }

  void recordNothing() {
    recording = false;
  }

  List<Seen> seen() {
    return seen;
  }

  int heldCount() {
    return held.size();
  }

  /** Carries out the held request at this place of the queue. */
  void complete(int index) {
    execute(held.remove(index));
  }

  @Override
  public void onChange(Consumer<DeviceInfo> listener) {
    // its size never changes
  }

  @Override
  public void submit(BlockRequest request) {
    require(request.loop().inEventLoop(), "not on the loop");
    require((request.flags() & ~RequestFlags.allowed(request.opcode())) == 0, "flags");
    require(request.offset() >= 0 && request.count() >= 0, "range");
    require(request.offset() + request.count() <= info.size(), "end");
    if (recording) {
      seen.add(new Seen(request.opcode(), request.flags(), request.offset(), request.count()));
    }
    if (holding) {
      held.add(request);
    } else {
      execute(request);
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("invalid request reached the device: " + what);
    }
  }

  private void execute(BlockRequest request) {
    if (failure != Status.OK) {
      request.completed(failure, null);
      return;
    }
    ByteBuf reply =
        switch (request.opcode()) {
          case READ -> read(request.offset(), (int) request.count());
          case WRITE -> write(request.offset(), request.payload());
          case TRIM, WRITE_ZEROES -> zero(request.offset(), request.count());
          case BLOCK_STATUS -> status(request.offset(), request.count());
          case FLUSH, CACHE -> null;
          default -> throw new AssertionError(request.opcode());
        };
    request.completed(Status.OK, reply);
  }

  private ByteBuf read(long offset, int count) {
    ByteBuf data = allocator.directBuffer(count);
    for (long at = offset; at < offset + count; ) {
      int inPage = (int) (at % PAGE);
      int piece = (int) Math.min(PAGE - inPage, offset + count - at);
      byte[] page = pages.get(at / PAGE);
      if (page == null) {
        data.writeZero(piece);
      } else {
        data.writeBytes(page, inPage, piece);
      }
      at += piece;
    }
    return data;
  }

  private ByteBuf write(long offset, ByteBuf payload) {
    int from = payload.readerIndex();
    int count = payload.readableBytes();
    for (int done = 0; done < count; ) {
      long at = offset + done;
      int inPage = (int) (at % PAGE);
      int piece = Math.min(PAGE - inPage, count - done);
      byte[] page = pages.computeIfAbsent(at / PAGE, number -> new byte[PAGE]);
      payload.getBytes(from + done, page, inPage, piece);
      done += piece;
    }
    return null;
  }

  private ByteBuf zero(long offset, long count) {
    long end = offset + count;
    long firstWhole = (offset + PAGE - 1) / PAGE;
    long lastWhole = end / PAGE;
    if (firstWhole < lastWhole) {
      pages.subMap(firstWhole, lastWhole).clear();
    }
    for (Map.Entry<Long, byte[]> entry :
        pages.subMap(offset / PAGE, true, end / PAGE, true).entrySet()) {
      long start = entry.getKey() * PAGE;
      int from = (int) Math.max(0, offset - start);
      int to = (int) Math.min(PAGE, end - start);
      if (from < to) {
        Arrays.fill(entry.getValue(), from, to, (byte) 0);
      }
    }
    return null;
  }

  private ByteBuf status(long offset, long count) {
    ByteBuf extents = allocator.directBuffer();
    long end = offset + count;
    int written = 0;
    for (long at = offset; at < end && written < 1024; written++) {
      boolean data = pages.containsKey(at / PAGE);
      long next = (at / PAGE + 1) * PAGE;
      if (!data) {
        Long found = pages.higherKey(at / PAGE);
        next = found == null ? end : found * PAGE;
      }
      next = Math.min(next, end);
      new Extent(next - at, data ? 0 : Extent.HOLE | Extent.ZERO).encode(extents);
      at = next;
    }
    return extents;
  }
}
