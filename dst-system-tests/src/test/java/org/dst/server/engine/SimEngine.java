package org.dst.server.engine;

import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;

/**
 * The steps of {@link ThreadsEngine} in simulated time: operations overlap and end in any order,
 * and a sync takes time between its start and its end.
 */
public final class SimEngine implements IoEngine {
  private final BiConsumer<Long, Runnable> later;
  private final ToLongFunction<Opcode> delay;
  private final Observer observer;

  /** Sees what is carried out, when it is. */
  public interface Observer {
    /** A request is about to act on the store. */
    void acts(IoRequest request);

    /** It has. */
    void acted(IoRequest request, Status status);
  }

  /**
   * @param later runs something after so many nanoseconds, unless the process has died
   * @param delay how long the next call takes that belongs to such a request
   * @param observer sees every operation
   */
  public SimEngine(
      BiConsumer<Long, Runnable> later, ToLongFunction<Opcode> delay, Observer observer) {
    this.later = later;
    this.delay = delay;
    this.observer = observer;
  }

  @Override
  public void submit(IoRequest request) {
    request.step = RequestExecutor.firstStep(request.opcode(), request.flags());
    advance(request);
  }

  private void advance(IoRequest request) {
    if (request.step == IoRequest.Step.OPERATE) {
      later.accept(delay.applyAsLong(request.opcode()), () -> operate(request));
    } else if (request.store().syncs().join(request)) {
      takeUpSync(request.store());
    }
  }

  private void operate(IoRequest request) {
    observer.acts(request);
    Status status = attempt(() -> RequestExecutor.perform(request));
    observer.acted(request, status);
    if (RequestExecutor.hasSyncFailed(request.opcode(), request.flags(), status)) {
      request.store().writeVerifier().syncFailed();
    }
    if (status == Status.OK && RequestExecutor.needsSyncAfter(request.opcode(), request.flags())) {
      request.step = IoRequest.Step.SYNC_LAST;
      advance(request);
    } else {
      complete(request, status);
    }
  }

  /** A sync waits for a thread, mostly for less time than it takes. */
  private void takeUpSync(StoreHandle handle) {
    later.accept(delay.applyAsLong(Opcode.FLUSH) / 16, () -> sync(handle));
  }

  private void sync(StoreHandle handle) {
    IoRequest joined = handle.syncs().begin();
    later.accept(delay.applyAsLong(Opcode.FLUSH), () -> writeBack(handle, joined));
  }

  /** The sync takes effect, or takes the error that was kept for it; its caller hears later. */
  private void writeBack(StoreHandle handle, IoRequest joined) {
    Status status = attempt(() -> handle.store().sync());
    later.accept(delay.applyAsLong(Opcode.FLUSH) / 2, () -> endSync(handle, joined, status));
  }

  private void endSync(StoreHandle handle, IoRequest joined, Status status) {
    if (status != Status.OK) {
      handle.writeVerifier().syncFailed();
    }
    if (handle.syncs().end() != null) {
      takeUpSync(handle);
    }
    IoRequest request = joined;
    while (request != null) {
      IoRequest after = request.next;
      if (status == Status.OK && request.step == IoRequest.Step.SYNC_FIRST) {
        request.step = IoRequest.Step.OPERATE;
        advance(request);
      } else {
        complete(request, status);
      }
      request = after;
    }
  }

  private void complete(IoRequest request, Status status) {
    long wait = request.opcode() == Opcode.READ ? 0 : delay.applyAsLong(request.opcode()) / 4;
    later.accept(wait, () -> request.completed(status));
  }

  private interface Call {
    void run() throws StoreException;
  }

  private static Status attempt(Call call) {
    try {
      call.run();
      return Status.OK;
    } catch (StoreException failed) {
      return failed.status();
    }
  }

  @Override
  public void close() {
    // dies with its process
  }
}
