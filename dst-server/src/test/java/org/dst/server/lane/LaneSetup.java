package org.dst.server.lane;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.count.Counters;
import org.dst.server.engine.StoreHandle;
import org.dst.server.engine.SyncGate;
import org.dst.server.engine.WriteVerifier;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;

/** A lane over a store in memory, bound to a link of the test's own. */
public final class LaneSetup implements AutoCloseable {
  static final int BLOCK = 512;
  static final int WINDOW = 1024;
  static final int MAX_PAYLOAD = 64 << 10;
  static final int MAX_IN_FLIGHT = 128 << 10;
  static final int EVERYTHING = 0x7f;

  final BlockStore store;
  final WriteVerifier writeVerifier = numbered();
  final Counters<ServerCounter> counters = new Counters<>(ServerCounter.class);
  final ServerLane lane;
  TestOutput output = new TestOutput();

  LaneSetup() throws StoreException {
    this(WritePolicy.AS_ASKED);
  }

  LaneSetup(WritePolicy policy) throws StoreException {
    store = Stores.open("mem:16M", StoreOptions.DEFAULT);
    lane = newLane(store, writeVerifier, true, policy, counters);
    lane.bind(output, writeVerifier.verifier());
  }

  /** A cache whose verifiers are 1, 2, 3 and so on. */
  private static WriteVerifier numbered() {
    AtomicLong last = new AtomicLong();
    return new WriteVerifier(() -> new UUID(0, last.incrementAndGet()));
  }

  public static ServerLane newLane(BlockStore store, boolean writable) {
    return newLane(
        store, numbered(), writable, WritePolicy.AS_ASKED, new Counters<>(ServerCounter.class));
  }

  private static ServerLane newLane(
      BlockStore store,
      WriteVerifier writeVerifier,
      boolean writable,
      WritePolicy policy,
      Counters<ServerCounter> counters) {
    var validator = new FrameRequestValidator(store, BLOCK, MAX_PAYLOAD, EVERYTHING, writable);
    StoreHandle handle = new StoreHandle(store, new SyncGate(), writeVerifier);
    return new ServerLane(handle, validator, policy, WINDOW, MAX_IN_FLIGHT, counters);
  }

  /** Another link takes the lane's place of the former one. */
  TestOutput rebind() {
    output = new TestOutput();
    lane.bind(output, writeVerifier.verifier());
    return output;
  }

  /** A request without a payload arrives; its id is the watermark of nothing. */
  void send(Opcode opcode, long id, long offset, long count) throws MalformedException {
    lane.receive(header(opcode, id, offset, count), true, null);
  }

  /** A write arrives; answers its payload, for the test to look at the reference count. */
  ByteBuf write(long id, long offset, int count) throws MalformedException {
    ByteBuf payload = ByteBufAllocator.DEFAULT.directBuffer(count).writeZero(count);
    lane.receive(header(Opcode.WRITE, id, offset, count), true, payload);
    return payload;
  }

  static FrameHeader header(Opcode opcode, long id, long offset, long count) {
    return new FrameHeader().start(opcode, 0, id).watermark(1).range(offset, count);
  }

  List<Long> started() {
    return output.started;
  }

  @Override
  public void close() {
    store.close();
  }
}
