package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.BlockRequest;
import org.dst.client.device.DeviceInfo;
import org.dst.protocol.Opcode;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with an export, as a block device: spreads requests over its lanes by offset, and
 * splits those that are larger than a frame or cross a stripe boundary. Any thread.
 */
public final class Session implements BlockDevice {
  /** Consecutive bytes that belong to one lane. */
  static final long STRIPE = 1 << 20;

  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private final List<Consumer<DeviceInfo>> listeners = new CopyOnWriteArrayList<>();
  private final LaneSubmitter[] lanes;
  private final int maxPart;

  /** Written by one thread at a time. */
  private volatile DeviceInfo info;

  /**
   * A session whose lanes are attached.
   *
   * @param first the answer to the first attach
   * @param maxPart the largest frame payload to use, in bytes
   */
  Session(String export, Attached first, LaneSubmitter[] lanes, int maxPart) {
    this.lanes = lanes;
    this.maxPart = Math.min(maxPart, first.maxPayload());
    info =
        new DeviceInfo(
            export,
            first.description(),
            first.size(),
            first.minBlock(),
            first.preferredBlock(),
            !first.access().writable(),
            first.features());
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public void onChange(Consumer<DeviceInfo> listener) {
    listeners.add(listener);
  }

  /** The server has announced the size of the export; tells listeners if it changed. */
  void resized(long size) {
    long former = info.size();
    if (size == former) {
      return;
    }
    log.info("export resized from {} to {} bytes", former, size);
    info = info.withSize(size);
    for (Consumer<DeviceInfo> listener : listeners) {
      listener.accept(info);
    }
  }

  @Override
  public void submit(BlockRequest request) {
    if (request.opcode() == Opcode.FLUSH && lanes.length > 1) {
      new SplitRequest(request, this).proceedOnAll(lanes.length);
    } else if (isOnePart(request)) {
      ByteBuf payload = request.payload();
      if (payload != null) {
        payload.retain();
      }
      laneOf(request.offset()).submit(request);
    } else {
      new SplitRequest(request, this).proceed();
    }
  }

  private boolean isOnePart(BlockRequest request) {
    return request.opcode() == Opcode.FLUSH
        || partLength(request.opcode(), request.offset(), request.count()) == request.count();
  }

  /** The length of the first transaction of a range. */
  long partLength(Opcode opcode, long offset, long count) {
    if (opcode == Opcode.BLOCK_STATUS || opcode == Opcode.CACHE) {
      return count;
    }
    long length = count;
    if (opcode == Opcode.READ || opcode == Opcode.WRITE) {
      length = Math.min(length, maxPart);
    }
    if (lanes.length > 1) {
      length = Math.min(length, STRIPE - offset % STRIPE);
    }
    return length;
  }

  private LaneSubmitter laneOf(long offset) {
    return lanes.length == 1 ? lanes[0] : lanes[(int) (offset / STRIPE % lanes.length)];
  }

  void submitPart(SplitRequest split, int part, long offset, long count, ByteBuf payload) {
    laneOf(offset).submit(split, part, offset, count, payload);
  }

  void submitTo(int lane, SplitRequest split, int part) {
    lanes[lane].submit(split, part, 0, 0, null);
  }
}
