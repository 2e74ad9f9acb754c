package org.dst.server.lane;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/** The link of a test: keeps what the lane starts and says; a request ends when the test says. */
final class TestOutput implements ServerLaneActions {
  /** Ids in the order in which they were started. */
  final List<Long> started = new ArrayList<>();

  final List<Reply> replies = new ArrayList<>();

  /** The flags of the requests, in the same order. */
  final List<Integer> flags = new ArrayList<>();

  /** The buffer of every request that had one when it was started. */
  final List<ByteBuf> buffers = new ArrayList<>();

  /** Requests end with this at once; null if they are to wait. */
  Status inline;

  boolean canReply = true;
  boolean outOfMemory;

  private int deepest;
  private final Map<Long, LaneRequest> running = new LinkedHashMap<>();

  /** A reply that was sent; its payload is released. */
  record Reply(long id, Status status, int payload) {
    static Reply of(long id, Status status) {
      return new Reply(id, status, 0);
    }
  }

  /** Ends a request. */
  void complete(long id, Status status) {
    running.remove(id).completed(status);
  }

  /** Whether a request was started and has not ended. */
  boolean isRunning(long id) {
    return running.containsKey(id);
  }

  /** A request that was started and has not ended. */
  LaneRequest running(long id) {
    return running.get(id);
  }

  /** The most frames of the lane on the stack when a request was started that ended at once. */
  int deepest() {
    return deepest;
  }

  /** Takes the replies so far. */
  List<Reply> takeReplies() {
    List<Reply> taken = List.copyOf(replies);
    replies.clear();
    return taken;
  }

  /** Whether every buffer that was seen has been given back. */
  boolean allReleased() {
    return buffers.stream().allMatch(buffer -> buffer.refCnt() == 0);
  }

  @Override
  public void execute(LaneRequest request) {
    started.add(request.id());
    flags.add(request.flags());
    if (inline != null) {
      deepest = Math.max(deepest, laneFrames());
    }
    if (request.data() != null) {
      buffers.add(request.data());
      if (request.opcode() == Opcode.READ) {
        request.data().writeZero((int) request.count());
      }
    }
    if (inline != null) {
      request.completed(inline);
    } else {
      running.put(request.id(), request);
    }
  }

  private static int laneFrames() {
    String lane = ServerLane.class.getName();
    return StackWalker.getInstance()
        .walk(stack -> stack.mapToInt(f -> f.getClassName().equals(lane) ? 1 : 0).sum());
  }

  @Override
  public void reply(long id, Status status, ByteBuf payload) {
    replies.add(new Reply(id, status, payload == null ? 0 : payload.readableBytes()));
    if (payload != null) {
      payload.release();
    }
  }

  @Override
  public boolean canReply() {
    return canReply;
  }

  @Override
  public ByteBufAllocator allocator() {
    if (outOfMemory) {
      throw new OutOfMemoryError("as the test wants it");
    }
    return ByteBufAllocator.DEFAULT;
  }
}
