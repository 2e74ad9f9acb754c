package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import org.dst.client.device.BlockRequest;
import org.dst.client.lane.SplitListener;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/**
 * A request that is carried out in parts, a bounded number at a time. It succeeds if all parts do,
 * and completes only when no part is still running, so that nothing of a failed request can take
 * effect after its completion. Confined to the request's event loop.
 */
final class SplitRequest implements SplitListener {
  /** Parts in flight at once: enough to fill a link, few enough to be fair. */
  private static final int AT_ONCE = 32;

  private final BlockRequest request;
  private final Session session;
  private final boolean gathers;
  private ByteBuf[] results = new ByteBuf[8];
  private long planned;
  private int parts;
  private int running;
  private boolean planning;
  private Status status = Status.OK;

  SplitRequest(BlockRequest request, Session session) {
    this.request = request;
    this.session = session;
    gathers = request.opcode() == Opcode.READ;
  }

  @Override
  public BlockRequest request() {
    return request;
  }

  /** Submits parts until the bound is reached, all are in flight, or one has failed. */
  void proceed() {
    planning = true;
    while (running < AT_ONCE && planned < request.count() && status == Status.OK) {
      long offset = request.offset() + planned;
      long length = session.partLength(request.opcode(), offset, request.count() - planned);
      ByteBuf whole = request.payload();
      ByteBuf payload =
          whole == null
              ? null
              : whole.retainedSlice(whole.readerIndex() + (int) planned, (int) length);
      planned += length;
      running++;
      session.submitPart(this, parts++, offset, length, payload);
    }
    planning = false;
    if (running == 0) {
      answer();
    }
  }

  /** Submits a request without a range to every lane. */
  void proceedOnAll(int lanes) {
    planning = true;
    for (int lane = 0; lane < lanes; lane++) {
      running++;
      session.submitTo(lane, this, parts++);
    }
    planning = false;
    if (running == 0) {
      answer();
    }
  }

  @Override
  public void partDone(int part, Status partStatus, ByteBuf payload) {
    running--;
    if (partStatus != Status.OK && status == Status.OK) {
      status = partStatus;
    }
    if (gathers && payload != null) {
      if (part >= results.length) {
        results = java.util.Arrays.copyOf(results, 2 * part);
      }
      results[part] = payload;
    } else if (payload != null) {
      payload.release();
    }
    if (!planning) {
      proceed();
    }
  }

  private void answer() {
    CompositeByteBuf gathered = null;
    for (int part = 0; part < parts && gathers; part++) {
      if (status != Status.OK) {
        if (results[part] != null) {
          results[part].release();
        }
      } else {
        gathered = gathered == null ? results[part].alloc().compositeBuffer(parts) : gathered;
        gathered.addComponent(true, results[part]);
      }
    }
    request.completed(status, gathered);
  }
}
