package org.dst.server.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/** A request of a test: completes a future and remembers on which thread. */
final class TestRequest extends IoRequest {
  private static final int SECONDS = 20;

  private final CompletableFuture<Status> future = new CompletableFuture<>();
  private final EventExecutor loop;
  private final StoreHandle store;
  private final Opcode opcode;
  private final int flags;
  private final long offset;
  private final long count;
  private final ByteBuf data;
  private volatile boolean completedOnLoop;

  TestRequest(
      EventExecutor loop,
      StoreHandle store,
      Opcode opcode,
      int flags,
      long offset,
      long count,
      ByteBuf data) {
    this.loop = loop;
    completeOn(loop);
    this.store = store;
    this.opcode = opcode;
    this.flags = flags;
    this.offset = offset;
    this.count = count;
    this.data = data;
  }

  static TestRequest flush(EventExecutor loop, StoreHandle store) {
    return new TestRequest(loop, store, Opcode.FLUSH, 0, 0, 0, null);
  }

  static TestRequest write(
      EventExecutor loop, StoreHandle store, int flags, long offset, byte[] bytes) {
    ByteBuf data = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    return new TestRequest(loop, store, Opcode.WRITE, flags, offset, bytes.length, data);
  }

  static TestRequest read(EventExecutor loop, StoreHandle store, long offset, int count) {
    ByteBuf data = Unpooled.directBuffer(count);
    return new TestRequest(loop, store, Opcode.READ, 0, offset, count, data);
  }

  static TestRequest change(
      EventExecutor loop, StoreHandle store, Opcode opcode, int flags, long offset, long count) {
    return new TestRequest(loop, store, opcode, flags, offset, count, null);
  }

  /** Submits on the request's loop. */
  TestRequest submitTo(IoEngine engine) {
    loop.execute(() -> engine.submit(this));
    return this;
  }

  /** The status, once it is completed. */
  Status await() throws Exception {
    Status status = future.get(SECONDS, TimeUnit.SECONDS);
    if (!completedOnLoop) {
      throw new AssertionError("completed on another thread than the loop's");
    }
    return status;
  }

  boolean isCompleted() {
    return future.isDone();
  }

  /** The bytes of the answer; releases the buffer. */
  byte[] bytes() {
    byte[] bytes = new byte[data.readableBytes()];
    data.readBytes(bytes);
    data.release();
    return bytes;
  }

  /** Gives the buffer back. */
  void release() {
    data.release();
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
  public ByteBuf data() {
    return data;
  }

  @Override
  public StoreHandle store() {
    return store;
  }

  @Override
  public void completed(Status status) {
    completedOnLoop = loop.inEventLoop();
    if (!future.complete(status)) {
      throw new IllegalStateException("completed twice");
    }
  }
}
