package org.dst.server.engine;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.dst.server.store.UseCount;

/**
 * Makes system calls on a bounded pool of platform threads. A read that the page cache can answer,
 * and a short write by the rules of {@link InlineWrites}, is made on the event loop and completes
 * before {@link #submit} returns.
 *
 * <p>Syncs go through the store's {@link SyncGate}; between two syncs of one store the worker looks
 * at the queue again, so that a stream of flushes does not keep a worker for itself.
 */
public final class ThreadsEngine implements IoEngine {
  /** Workers, unless told otherwise. */
  public static final int DEFAULT_THREADS = 4;

  /** The longest read that is tried on the loop: about 40 µs of copying. */
  static final int LONGEST_INLINE_READ = 256 << 10;

  private final WorkQueue work = new WorkQueue();
  private final Map<EventExecutor, CompletionQueue> completions = new ConcurrentHashMap<>();
  private final FailureLog failures = new FailureLog();
  private final UseCount uses;
  private final List<Thread> workers = new ArrayList<>();

  /** An engine with {@link #DEFAULT_THREADS}. */
  public ThreadsEngine() {
    this(DEFAULT_THREADS);
  }

  /**
   * @param threads workers, at least 1; as many system calls can wait at once
   */
  public ThreadsEngine(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("I/O threads " + threads + " (expected: >= 1)");
    }
    uses = new UseCount(work::stop);
    for (int i = 0; i < threads; i++) {
      workers.add(Thread.ofPlatform().name("dst-io-" + i).daemon().start(this::work));
    }
  }

  @Override
  public void submit(IoRequest request) {
    if (!uses.enter()) {
      request.completed(Status.SHUTTING_DOWN);
      return;
    }
    Status status = request.opcode() == Opcode.READ ? tryRead(request) : tryWrite(request);
    if (status != null) {
      uses.exit();
      request.completed(status);
      return;
    }
    request.step = Operation.firstStep(request.opcode(), request.flags());
    advance(request);
  }

  /** The outcome of a read on the loop, or null if it has to wait. */
  private Status tryRead(IoRequest read) {
    if (read.count() > LONGEST_INLINE_READ) {
      return null;
    }
    try {
      int count = Math.toIntExact(read.count());
      return read.store().store().tryRead(read.offset(), read.data(), count) ? Status.OK : null;
    } catch (StoreException e) {
      return failures.failed(e);
    } catch (RuntimeException | Error e) {
      return failures.failed(e);
    }
  }

  /** The outcome of a write on the loop, or null if it is a worker's or no write. */
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

  /** Sends a request where its step is made. */
  private void advance(IoRequest request) {
    if (request.step == IoRequest.Step.OPERATE || request.store().syncs().join(request)) {
      work.put(request);
    }
  }

  private void work() {
    IoRequest request = work.take();
    while (request != null) {
      if (request.step == IoRequest.Step.OPERATE) {
        operate(request);
      } else {
        sync(request.store());
      }
      request = work.take();
    }
  }

  private Status perform(IoRequest request) {
    try {
      Operation.perform(request);
      return Status.OK;
    } catch (StoreException e) {
      return failures.failed(e);
    } catch (RuntimeException | Error e) {
      return failures.failed(e);
    }
  }

  private void operate(IoRequest request) {
    Status status = perform(request);
    if (Operation.hasSyncFailed(request.opcode(), request.flags(), status)) {
      request.store().health().syncFailed();
    }
    if (status == Status.OK && Operation.needsSyncAfter(request.opcode(), request.flags())) {
      request.step = IoRequest.Step.SYNC_LAST;
      advance(request);
    } else {
      complete(request, status);
    }
  }

  private void sync(StoreAccess access) {
    IoRequest joined = access.syncs().begin();
    Status status;
    try {
      access.store().sync();
      status = Status.OK;
    } catch (StoreException e) {
      status = failures.failed(e);
    } catch (RuntimeException | Error e) {
      status = failures.failed(e);
    }
    if (status != Status.OK) {
      access.health().syncFailed();
    }
    IoRequest nextCarrier = access.syncs().end();
    if (nextCarrier != null) {
      work.put(nextCarrier);
    }
    while (joined != null) {
      IoRequest after = joined.next;
      synced(joined, status);
      joined = after;
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
      failures.failed(e); // the loop is shut down, and with it whoever waited
    } finally {
      uses.exit();
    }
  }

  private CompletionQueue completionsOf(EventExecutor loop) {
    CompletionQueue known = completions.get(loop);
    return known != null ? known : completions.computeIfAbsent(loop, CompletionQueue::new);
  }

  @Override
  public void close() {
    uses.close();
    boolean interrupted = false;
    for (Thread worker : workers) {
      interrupted |= joinThrough(worker);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a thread's end; answers whether the caller was interrupted meanwhile. */
  private static boolean joinThrough(Thread worker) {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}
