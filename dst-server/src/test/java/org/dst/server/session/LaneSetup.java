package org.dst.server.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.codec.FrameHeader;
import org.dst.server.engine.StoreAccess;
import org.dst.server.engine.SyncGate;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.Stores;

/** A lane over a store in memory, bound to a link of the test's own. */
final class LaneSetup implements AutoCloseable {
  static final int BLOCK = 512;
  static final int WINDOW = 1024;
  static final int MAX_PAYLOAD = 64 << 10;
  static final int MAX_IN_FLIGHT = 128 << 10;
  static final int EVERYTHING = 0x7f;

  final BlockStore store;
  final ServerLane lane;
  TestOutput output = new TestOutput();

  LaneSetup() throws StoreException {
    store = Stores.open("mem:16M", StoreOptions.DEFAULT);
    lane = newLane(store, true);
    lane.bind(output);
  }

  static ServerLane newLane(BlockStore store, boolean writable) {
    var validator = new RequestValidator(store, BLOCK, MAX_PAYLOAD, EVERYTHING, writable);
    return new ServerLane(new StoreAccess(store, new SyncGate()), validator, WINDOW, MAX_IN_FLIGHT);
  }

  /** Another link takes the lane's place of the former one. */
  TestOutput rebind() {
    output = new TestOutput();
    lane.bind(output);
    return output;
  }

  /** A request without a payload arrives; its id is the watermark of nothing. */
  void send(Opcode opcode, long id, long offset, long count) throws MalformedException {
    lane.receive(header(opcode, id, offset, count), null);
  }

  /** A write arrives; answers its payload, for the test to look at the reference count. */
  ByteBuf write(long id, long offset, int count) throws MalformedException {
    ByteBuf payload = ByteBufAllocator.DEFAULT.directBuffer(count).writeZero(count);
    lane.receive(header(Opcode.WRITE, id, offset, count), payload);
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
