package org.dst.server.lane;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import org.dst.protocol.Extent;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.codec.FrameWriter;
import org.dst.protocol.count.Counters;
import org.dst.server.engine.StoreHandle;

/**
 * One lane of a session on the server: takes requests in, executes each change once, and replies.
 * Pure and single-threaded: owned by the event loop of the link that serves it.
 */
public final class ServerLane {
  private final StoreHandle store;
  private final FrameRequestValidator validator;
  private final ReplayWindow window;
  private final LaneLimits limits;
  private final OverlapQueue overlaps = new OverlapQueue();
  private final Queue<LaneRequest> waiting = new ArrayDeque<>();
  private final List<LaneRequest> pool = new ArrayList<>();
  private final List<LaneRequest> scratch = new ArrayList<>();
  private final WritePolicy policy;
  private final Counters<ServerCounter> counters;

  /** The lifetime of the store's cache that the window's entries belong to. */
  private UUID verifier;

  private ServerLaneActions actions;
  private Runnable whenIdle;
  private boolean starting;

  /**
   * A lane without a link.
   *
   * @param policy how changes are carried out
   * @param window number of ids above the watermark to remember; a power of two
   * @param maxInFlight bytes running in the store at once; a single request may exceed it
   */
  public ServerLane(
      StoreHandle store,
      FrameRequestValidator validator,
      WritePolicy policy,
      int window,
      long maxInFlight,
      Counters<ServerCounter> counters) {
    this.store = store;
    this.policy = policy;
    this.counters = counters;
    this.validator = validator;
    this.window = new ReplayWindow(window);
    limits = new LaneLimits(window, maxInFlight);
  }

  StoreHandle store() {
    return store;
  }

  /**
   * Whether the client has exceeded the limits that it was told, so that its link must stop
   * reading. The window alone is no bound: a client can move its watermark past requests that have
   * not ended.
   */
  public boolean isOverfull() {
    return limits.isExceeded();
  }

  /** Requests that were taken in and have not ended. */
  public int inFlight() {
    return limits.taken();
  }

  /**
   * Binds the lane to a link. Nothing of an earlier link may be running.
   *
   * @param told the verifier in the answer to the client's attach
   */
  public void bind(ServerLaneActions link, UUID told) {
    assert actions == null && limits.isIdle();
    actions = link;
    if (!told.equals(verifier)) {
      window.clear();
      verifier = told;
    }
  }

  /**
   * Unbinds the lane from a link that is closed or fenced. Discards requests that have not started;
   * running ones carry on, and their outcomes stay in the window.
   *
   * @param idle called once nothing runs, possibly before this returns
   */
  public void unbind(Runnable idle) {
    actions = null;
    overlaps.takeHeld(scratch);
    scratch.addAll(waiting);
    waiting.clear();
    counters.add(ServerCounter.FENCED_REQUESTS, scratch.size());
    for (LaneRequest request : scratch) {
      discard(request);
    }
    scratch.clear();
    whenIdle = idle;
    reportIdle();
  }

  private void discard(LaneRequest request) {
    if (request.opcode().isChange()) {
      overlaps.drop(request);
    }
    window.forget(request.id());
    recycle(request);
  }

  /** Calls {@code idle} once nothing runs or waits, for a client that is detaching. */
  public void drain(Runnable idle) {
    whenIdle = idle;
    reportIdle();
  }

  /**
   * A request frame arrived on the lane's link.
   *
   * @param intact whether its payload matches its checksum
   * @param payload owned by the lane; null if there is none
   * @throws MalformedException if its id or watermark violates the protocol, which ends the link
   */
  public void receive(FrameHeader header, boolean intact, ByteBuf payload)
      throws MalformedException {
    boolean taken = false;
    try {
      taken = sort(header, intact, payload);
    } finally {
      if (!taken && payload != null) {
        payload.release();
      }
    }
  }

  private boolean sort(FrameHeader header, boolean intact, ByteBuf payload)
      throws MalformedException {
    long id = header.id();
    if (header.opcode() == null) {
      actions.reply(id, Status.NOT_SUPPORTED, null); // no transaction: the window does not apply
      return false;
    }
    switch (window.arrive(id, header.watermark())) {
      case SETTLED, RUNNING:
        counters.count(ServerCounter.DUPLICATES);
        return false;
      case DONE:
        counters.count(ServerCounter.DUPLICATES);
        actions.reply(id, window.statusOf(id), null);
        return false;
      case FRESH:
        break;
    }
    Status refusal =
        intact
            ? validator.check(header, payload == null ? 0 : payload.readableBytes())
            : Status.BAD_CHECKSUM;
    if (refusal == Status.BAD_CHECKSUM) {
      counters.count(ServerCounter.CHECKSUM_FAILURES);
    }
    if (refusal != Status.OK) {
      actions.reply(id, refusal, null);
      return false;
    }
    window.started(id);
    LaneRequest request = pool.isEmpty() ? new LaneRequest(this) : pool.removeLast();
    request.fill(header, payload);
    if (request.opcode().isChange()) {
      policy.apply(request);
    }
    limits.taken(request);
    if (!request.opcode().isChange() || overlaps.admit(request)) {
      enqueue(request);
    }
    return true;
  }

  private void enqueue(LaneRequest request) {
    if (waiting.isEmpty() && hasRoomFor(request)) {
      start(request);
    } else {
      waiting.add(request);
    }
  }

  private boolean hasRoomFor(LaneRequest request) {
    return actions.canReply() && limits.hasRoomFor(request);
  }

  /** Starts requests that were waiting for room. Also called when the link is writable again. */
  public void startWaiting() {
    if (starting) {
      return; // called by a request that completed at once: the loop below is still running
    }
    starting = true;
    try {
      while (!waiting.isEmpty() && actions != null && hasRoomFor(waiting.peek())) {
        start(waiting.remove());
      }
    } finally {
      starting = false;
    }
  }

  private void start(LaneRequest request) {
    limits.started(request);
    try {
      prepare(request);
    } catch (OutOfMemoryError noBuffer) {
      executed(request, Status.NO_MEMORY); // otherwise the lane would never be idle again
      return;
    }
    actions.execute(request);
  }

  private void prepare(LaneRequest request) {
    switch (request.opcode()) {
      case READ -> request.resultInto(readBuffer((int) request.count()));
      case BLOCK_STATUS ->
          request.resultInto(
              FrameWriter.payloadBuffer(
                  actions.allocator(), Limits.MAX_EXTENTS * Extent.WIRE_LENGTH));
      case WRITE, FLUSH, TRIM, WRITE_ZEROES, CACHE, REPLY, PING, PONG, NOTICE, DETACH -> {}
      case DETACHED, ATTACH, ATTACHED, REFUSED, LIST, LISTING -> {}
    }
  }

  private ByteBuf readBuffer(int bytes) {
    return store.store().bufferForRead(actions.allocator(), bytes);
  }

  void executed(LaneRequest request, Status status) {
    limits.ended(request);
    boolean sameLifetime = store.writeVerifier().verifier().equals(verifier);
    boolean mayReply = ReplyPolicy.mayReply(store, request, status, sameLifetime);
    if (mayReply && ReplyPolicy.isRemembered(request.opcode())) {
      window.done(request.id(), status);
    } else {
      window.forget(request.id());
    }
    if (request.opcode().isChange()) {
      overlaps.settled(request, scratch);
    }
    try {
      if (actions != null && mayReply) {
        actions.reply(request.id(), status, result(request, status));
      }
    } finally { // if there is no memory for a reply, the link ends but the lane survives
      finished(request, sameLifetime, mayReply);
    }
  }

  private void finished(LaneRequest request, boolean sameLifetime, boolean mayReply) {
    if (!sameLifetime && (request.isDurable() || !mayReply)) {
      store.writeVerifier().announce();
    }
    recycle(request);
    if (!scratch.isEmpty()) { // addAll allocates even for an empty collection
      if (actions != null) {
        waiting.addAll(scratch);
      }
      scratch.clear();
    }
    startWaiting();
    reportIdle();
  }

  private ByteBuf result(LaneRequest request, Status status) {
    boolean carries = request.opcode() == Opcode.READ || request.opcode() == Opcode.BLOCK_STATUS;
    return carries && status == Status.OK ? request.takeData() : null;
  }

  private void recycle(LaneRequest request) {
    limits.released(request);
    request.releaseData();
    pool.add(request);
  }

  private void reportIdle() {
    if (whenIdle != null && limits.isIdle() && waiting.isEmpty()) {
      Runnable report = whenIdle;
      whenIdle = null;
      report.run();
    }
  }
}
