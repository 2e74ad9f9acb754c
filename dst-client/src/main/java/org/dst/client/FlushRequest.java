package org.dst.client;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dst.client.device.BlockDevice;
import org.dst.client.device.BlockRequest;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;

/** A flush that a thread waits for. */
final class FlushRequest extends BlockRequest {
  private final EventExecutor loop;
  private final CompletableFuture<Status> outcome = new CompletableFuture<>();

  private FlushRequest(EventExecutor loop) {
    this.loop = loop;
  }

  /** Submits a flush to a device; it completes on {@code loop}. */
  static FlushRequest submit(BlockDevice device, EventExecutor loop) {
    FlushRequest flush = new FlushRequest(loop);
    loop.execute(() -> device.submit(flush));
    return flush;
  }

  /** Waits at most {@code nanos} nanoseconds; returns whether it has ended. */
  boolean awaitEnd(long nanos) throws InterruptedException {
    try {
      outcome.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Whether it has ended successfully. */
  boolean succeeded() {
    return outcome.getNow(null) == Status.OK;
  }

  @Override
  public Opcode opcode() {
    return Opcode.FLUSH;
  }

  @Override
  public int flags() {
    return 0;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public long count() {
    return 0;
  }

  @Override
  public ByteBuf payload() {
    return null;
  }

  @Override
  public EventExecutor loop() {
    return loop;
  }

  @Override
  public void completed(Status status, ByteBuf payload) {
    outcome.complete(status);
  }
}
