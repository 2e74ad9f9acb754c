package org.dst.server.session;

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
 * One lane of a session on the server: takes requests in, executes each change once, replies. Pure
 * and single-threaded: owned by the event loop of the link that serves it.
 */
public final class ServerLane {
  private final StoreHandle store;
  private final FrameRequestValidator validator;
  private final ReplayWindow window;
  private final int maxTaken;
  private final long maxInFlight;
  private final OverlapQueue order = new OverlapQueue();
  private final Queue<LaneRequest> waiting = new ArrayDeque<>();
  private final List<LaneRequest> pool = new ArrayList<>();
  private final List<LaneRequest> scratch = new ArrayList<>();
  private final WritePolicy rules;
  private final Counters<ServerCounter> counters;

  /** The lifetime of the store's cache that the window's entries belong to. */
  private UUID verifier;

  private ServerLaneActions output;
  private Runnable whenIdle;
  private boolean starting;
  private int running;
  private long inFlight;

  /** Requests that were taken in and have not ended, and the bytes of their payloads. */
  private int taken;

  private long takenBytes;

  /**
   * A lane without a link.
   *
   * @param rules what becomes of changes
   * @param window ids above the watermark that are remembered; a power of two
   * @param maxInFlight bytes that run in the store at once; one request always may
   */
  public ServerLane(
      StoreHandle store,
      FrameRequestValidator validator,
      WritePolicy rules,
      int window,
      long maxInFlight,
      Counters<ServerCounter> counters) {
    this.store = store;
    this.rules = rules;
    this.counters = counters;
    this.validator = validator;
    this.window = new ReplayWindow(window);
    this.maxTaken = window;
    this.maxInFlight = maxInFlight;
  }

  StoreHandle store() {
    return store;
  }

  /**
   * Whether the client has sent more than the limits that it was told, so that nothing more is to
   * be read for now. The window alone does not bound it: a client can move its watermark past
   * requests that have not ended.
   */
  public boolean isOverfull() {
    return taken > maxTaken || takenBytes > maxInFlight;
  }

  /** Requests that were taken in and have not ended. */
  public int inFlight() {
    return taken;
  }

  /**
   * A link serves the lane from now on; nothing of an earlier link runs any more.
   *
   * @param told the verifier that the client was told with the attach
   */
  public void bind(ServerLaneActions link, UUID told) {
    assert output == null && running == 0;
    output = link;
    if (!told.equals(verifier)) {
      window.clear();
      verifier = told;
    }
  }

  /**
   * The link is gone or fenced: what has not started is discarded, what runs goes on and its
   * outcome stays in the window.
   *
   * @param idle called once nothing runs; maybe at once
   */
  public void unbind(Runnable idle) {
    output = null;
    order.takeHeld(scratch);
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
      order.drop(request);
    }
    window.forget(request.id());
    recycle(request);
  }

  /** Calls {@code idle} once nothing runs or waits; for a client that detaches. */
  public void drain(Runnable idle) {
    whenIdle = idle;
    reportIdle();
  }

  /**
   * A request frame arrived on the lane's link.
   *
   * @param intact whether its payload matches its checksum
   * @param payload owned by the lane; null if there is none
   * @throws MalformedException if it breaks the rules of ids; ends the link
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
      output.reply(id, Status.NOT_SUPPORTED, null); // no transaction: the window does not apply
      return false;
    }
    switch (window.arrive(id, header.watermark())) {
      case SETTLED, RUNNING:
        counters.count(ServerCounter.DUPLICATES);
        return false;
      case DONE:
        counters.count(ServerCounter.DUPLICATES);
        output.reply(id, window.statusOf(id), null);
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
      output.reply(id, refusal, null);
      return false;
    }
    window.started(id);
    LaneRequest request = pool.isEmpty() ? new LaneRequest(this) : pool.removeLast();
    request.fill(header, payload, output);
    if (request.opcode().isChange()) {
      apply(rules, request);
    }
    taken++;
    takenBytes += request.payloadBytes();
    if (!request.opcode().isChange() || order.admit(request)) {
      enqueue(request);
    }
    return true;
  }

  private static void apply(WritePolicy rules, LaneRequest change) {
    if (rules.writeThrough()) {
      change.makeDurable();
    }
    if (change.opcode() == Opcode.WRITE && rules.zeroes().takes(change.data())) {
      change.becomeZeroes(rules.zeroes() == ZeroDetection.ON);
    }
  }

  private void enqueue(LaneRequest request) {
    if (waiting.isEmpty() && hasRoomFor(request)) {
      start(request);
    } else {
      waiting.add(request);
    }
  }

  private boolean hasRoomFor(LaneRequest request) {
    return output.canReply() && (inFlight == 0 || inFlight + request.weight() <= maxInFlight);
  }

  /** Starts what waited for room; to be called when the link takes replies again, too. */
  public void startWaiting() {
    if (starting) {
      return; // a request that completed at once; the loop below goes on by itself
    }
    starting = true;
    try {
      while (!waiting.isEmpty() && output != null && hasRoomFor(waiting.peek())) {
        start(waiting.remove());
      }
    } finally {
      starting = false;
    }
  }

  private void start(LaneRequest request) {
    running++;
    inFlight += request.weight();
    try {
      prepare(request);
    } catch (OutOfMemoryError noBuffer) {
      executed(request, Status.NO_MEMORY); // or the lane would never be idle again
      return;
    }
    output.execute(request);
  }

  private void prepare(LaneRequest request) {
    switch (request.opcode()) {
      case READ -> request.resultInto(readBuffer((int) request.count()));
      case BLOCK_STATUS ->
          request.resultInto(
              FrameWriter.payloadBuffer(
                  output.allocator(), Limits.MAX_EXTENTS * Extent.WIRE_LENGTH));
      case WRITE, FLUSH, TRIM, WRITE_ZEROES, CACHE, REPLY, PING, PONG, NOTICE, DETACH -> {}
      case DETACHED, ATTACH, ATTACHED, REFUSED, LIST, LISTING -> {}
    }
  }

  private ByteBuf readBuffer(int bytes) {
    return store.store().bufferForRead(output.allocator(), bytes);
  }

  void executed(LaneRequest request, Status status) {
    running--;
    inFlight -= request.weight();
    boolean sameLifetime = store.health().verifier().equals(verifier);
    boolean tells = mayTell(request, status, sameLifetime);
    if (tells && remembered(request.opcode())) {
      window.done(request.id(), status);
    } else {
      window.forget(request.id());
    }
    if (request.opcode().isChange()) {
      order.settled(request, scratch);
    }
    try {
      if (output != null && tells) {
        output.reply(request.id(), status, result(request, status));
      }
    } finally { // without memory for a reply its link ends, but the lane goes on
      finished(request, sameLifetime, tells);
    }
  }

  private void finished(LaneRequest request, boolean sameLifetime, boolean tells) {
    if (!sameLifetime && (request.isDurable() || !tells)) {
      store.health().announce();
    }
    recycle(request);
    if (!scratch.isEmpty()) { // a collection's addAll would make an object even for nothing
      if (output != null) {
        waiting.addAll(scratch);
      }
      scratch.clear();
    }
    startWaiting();
    reportIdle();
  }

  /**
   * Whether an outcome may be told; if not, the link is dropped, the client sees the new verifier,
   * sends again what may be lost, and asks again. What was read counts only while the verifier is
   * the one that the client knows: pages that a failed sync dropped read as they were before. So
   * does the success of a sync; its first failure is not told, because a repetition may succeed.
   */
  private boolean mayTell(LaneRequest request, Status status, boolean sameLifetime) {
    if (!request.isDurable()) {
      return sameLifetime || request.opcode().isChange();
    }
    if (status == Status.OK && sameLifetime) {
      store.health().confirmed();
    }
    return sameLifetime || status != Status.OK && store.health().surfaces();
  }

  /** A flush too: a resend of it need not sync again. */
  private static boolean remembered(Opcode opcode) {
    return opcode.isChange() || opcode == Opcode.FLUSH;
  }

  private ByteBuf result(LaneRequest request, Status status) {
    boolean carries = request.opcode() == Opcode.READ || request.opcode() == Opcode.BLOCK_STATUS;
    return carries && status == Status.OK ? request.takeData() : null;
  }

  private void recycle(LaneRequest request) {
    taken--;
    takenBytes -= request.payloadBytes();
    request.releaseData();
    pool.add(request);
  }

  private void reportIdle() {
    if (whenIdle != null && running == 0 && waiting.isEmpty()) {
      Runnable report = whenIdle;
      whenIdle = null;
      report.run();
    }
  }
}
