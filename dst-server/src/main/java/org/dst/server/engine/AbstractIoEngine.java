package org.dst.server.engine;

import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dst.platform.loop.EventLoopQueue;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.server.store.CloseGuard;
import org.dst.server.store.StoreException;

/**
 * The common part of the I/O engines: the steps of a request, the rules of syncs, and the way back
 * to the event loop. A read that the page cache can answer, and a short write as {@link
 * InlineWrites} allows, is carried out on the event loop and completes before {@link #submit}
 * returns; each engine handles the rest its own way.
 *
 * <p>Syncs go through the store's {@link SyncGate}. All methods but {@link #submit} may be called
 * by any thread.
 */
abstract class AbstractIoEngine implements IoEngine {
  /** The longest read that is attempted on the event loop: about 40 µs of copying. */
  static final int LONGEST_INLINE_READ = 256 << 10;

  final FailureLog failures = new FailureLog();
  private final Map<EventExecutor, EventLoopQueue> completions = new ConcurrentHashMap<>();
  private final CloseGuard guard = new CloseGuard(this::stop);

  /** Has the call of a request's step carried out; for a sync, that of the store's gate. */
  abstract void carry(IoRequest request);

  /**
   * Called once, when the engine is closed and its last request has completed; by the thread that
   * completed it.
   */
  abstract void stop();

  @Override
  public final void submit(IoRequest request) {
    if (!guard.enter()) {
      request.completed(Status.SHUTTING_DOWN);
      return;
    }
    Status status = request.opcode() == Opcode.READ ? tryRead(request) : tryWrite(request);
    if (status != null) {
      guard.exit();
      request.completed(status);
      return;
    }
    request.step = RequestExecutor.firstStep(request.opcode(), request.flags());
    advance(request);
  }

  /** The outcome of a read on the event loop, or null if it would block. */
  private Status tryRead(IoRequest read) {
    if (read.count() > LONGEST_INLINE_READ) {
      return null;
    }
    try {
      int count = Math.toIntExact(read.count());
      return read.store().store().tryRead(read.offset(), read.data(), count) ? Status.OK : null;
    } catch (StoreException e) {
      return failures.failed(read.store(), e);
    } catch (RuntimeException | Error e) {
      return failures.failed(e);
    }
  }

  /**
   * The outcome of a write on the event loop, or null if it is not a write or not allowed there.
   */
  private Status tryWrite(IoRequest request) {
    InlineWrites inline = request.store().inline();
    long begun = System.nanoTime();
    if (!inline.allow(request, begun)) {
      return null;
    }
    Status status = perform(request);
    long ended = System.nanoTime();
    inline.took(ended - begun, ended);
    return status;
  }

  private void advance(IoRequest request) {
    if (request.step == IoRequest.Step.OPERATE || request.store().syncs().join(request)) {
      carry(request);
    }
  }

  /** Makes the system calls of a request's step and blocks until they return. */
  final void work(IoRequest request) {
    if (request.step == IoRequest.Step.OPERATE) {
      operated(request, perform(request));
    } else {
      sync(request.store());
    }
  }

  private Status perform(IoRequest request) {
    try {
      RequestExecutor.perform(request);
      return Status.OK;
    } catch (StoreException e) {
      return failures.failed(request.store(), e);
    } catch (RuntimeException | Error e) {
      return failures.failed(e);
    }
  }

  private void sync(StoreHandle handle) {
    IoRequest joined = handle.syncs().begin();
    Status status;
    try {
      handle.store().sync();
      status = Status.OK;
    } catch (StoreException e) {
      status = failures.failed(handle, e);
    } catch (RuntimeException | Error e) {
      status = failures.failed(e);
    }
    synced(handle, joined, status);
  }

  /** The operation of a request has ended. */
  final void operated(IoRequest request, Status status) {
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

  /**
   * A store's sync has ended.
   *
   * @param joined the requests that it answers, from {@link SyncGate#begin}
   */
  final void synced(StoreHandle handle, IoRequest joined, Status status) {
    if (status != Status.OK) {
      handle
          .writeVerifier()
          .syncFailed(); // before the next sync can start, because its success would mean nothing
    }
    IoRequest nextCarrier = handle.syncs().end();
    if (nextCarrier != null) {
      carry(nextCarrier);
    }
    IoRequest request = joined;
    while (request != null) {
      IoRequest after = request.next;
      request.next = null;
      synced(request, status);
      request = after;
    }
  }

  private void synced(IoRequest request, Status status) {
    if (status == Status.OK && request.step == IoRequest.Step.SYNC_FIRST) {
      request.step = IoRequest.Step.OPERATE;
      advance(request);
    } else {
      complete(request, status);
    }
  }

  private void complete(IoRequest request, Status status) {
    request.outcome = status;
    try {
      completionsOf(request.loop()).push(request);
    } catch (RuntimeException e) {
      failures.failed(e); // the event loop has shut down, so nobody is waiting for the outcome
    } finally {
      guard.exit();
    }
  }

  private EventLoopQueue completionsOf(EventExecutor loop) {
    EventLoopQueue known = completions.get(loop);
    return known != null ? known : completions.computeIfAbsent(loop, EventLoopQueue::new);
  }

  /** Rejects new requests; {@link #stop} is called once the present ones have completed. */
  final void refuse() {
    guard.close();
  }
}
