package org.dst.server.engine;

import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.dst.server.store.UringStore;

/**
 * Submits reads, writes, syncs, trims and zeroes to the io_uring of the request's event loop. A
 * small pool carries out what a ring or a store cannot do well: durable writes to regular files,
 * BLOCK_STATUS, CACHE, discards on devices, zeroes that must be written, writes with SYNC, and all
 * requests of event loops without a ring.
 *
 * <p>The event loops must live until the engine is closed, which waits for requests in flight.
 */
public final class UringEngine extends AbstractIoEngine {
  private final WorkerPool pool;
  private final Map<EventExecutor, Optional<EventLoopUring>> rings = new ConcurrentHashMap<>();
  private final CountDownLatch idle = new CountDownLatch(1);

  /**
   * @param threads workers for what the ring cannot do, at least 1
   */
  public UringEngine(int threads) {
    pool = new WorkerPool(threads, this::work);
  }

  @Override
  void carry(IoRequest request) {
    UringStore store = request.store().store().onRing();
    if (store == null || !hasCalls(request)) {
      pool.put(request);
    } else if (request.loop().inEventLoop()) {
      submitToRing(request, store);
    } else {
      try {
        request.loop().execute(() -> submitToRing(request, store));
      } catch (RejectedExecutionException e) {
        pool.put(request); // requests of other, live loops may be waiting for its sync
      }
    }
  }

  /** Whether a ring can carry out the request's step. */
  private static boolean hasCalls(IoRequest request) {
    if (request.step != IoRequest.Step.OPERATE) {
      return true;
    }
    boolean writeBack = (request.flags() & RequestFlags.SYNC) != 0;
    return switch (request.opcode()) {
      case READ, TRIM -> true;
      case WRITE -> !writeBack || RequestFlags.durable(request.flags());
      case WRITE_ZEROES -> !writeBack;
      case FLUSH, CACHE, BLOCK_STATUS -> false;
      case REPLY, PING, PONG, NOTICE, DETACH, DETACHED, ATTACH, ATTACHED, REFUSED, LIST, LISTING ->
          false;
    };
  }

  private void submitToRing(IoRequest request, UringStore store) {
    EventLoopUring ring =
        rings
            .computeIfAbsent(request.loop(), loop -> Optional.ofNullable(EventLoopUring.on(loop)))
            .orElse(null);
    if (ring == null) {
      pool.put(request);
    } else if (request.step == IoRequest.Step.OPERATE) {
      operate(request, store, ring);
    } else {
      sync(request.store(), store, ring);
    }
  }

  private void operate(IoRequest request, UringStore store, EventLoopUring ring) {
    Status failed;
    try {
      if (!start(request, store, ring)) {
        pool.put(request);
      }
      return;
    } catch (StoreException e) {
      failed = failures.failed(request.store(), e);
    } catch (RuntimeException | Error e) {
      failed = failures.failed(e);
    }
    operated(request, failed);
  }

  /** Starts a request's operations; returns whether the ring can carry them out. */
  private boolean start(IoRequest request, UringStore store, EventLoopUring ring)
      throws StoreException {
    UringStore.Outcome outcome = failure -> ended(request, failure);
    long offset = request.offset();
    long count = request.count();
    int flags = request.flags();
    return switch (request.opcode()) {
      case READ -> {
        store.read(ring, offset, request.data(), Math.toIntExact(count), outcome);
        yield true;
      }
      case WRITE -> {
        RequestExecutor.checkCount(request);
        yield store.write(ring, offset, request.data(), RequestFlags.durable(flags), outcome);
      }
      case TRIM -> store.trim(ring, offset, count, outcome);
      case WRITE_ZEROES ->
          store.writeZeroes(ring, offset, count, (flags & RequestFlags.NO_HOLE) != 0, outcome);
      case FLUSH, CACHE, BLOCK_STATUS -> false;
      case REPLY, PING, PONG, NOTICE, DETACH, DETACHED, ATTACH, ATTACHED, REFUSED, LIST, LISTING ->
          false;
    };
  }

  private void ended(IoRequest request, StoreException failure) {
    if (failure == null) {
      operated(request, Status.OK);
    } else if (failure.status() == Status.NOT_SUPPORTED && isPlacing(request.opcode())) {
      pool.put(request); // a worker can do it another way, which may block
    } else {
      operated(request, failures.failed(request.store(), failure));
    }
  }

  private static boolean isPlacing(Opcode opcode) {
    return opcode == Opcode.TRIM || opcode == Opcode.WRITE_ZEROES;
  }

  private void sync(StoreHandle handle, UringStore store, EventLoopUring ring) {
    IoRequest joined = handle.syncs().begin();
    Status failed;
    try {
      store.sync(
          ring,
          failure ->
              synced(
                  handle, joined, failure == null ? Status.OK : failures.failed(handle, failure)));
      return;
    } catch (StoreException e) {
      failed = failures.failed(handle, e);
    } catch (RuntimeException | Error e) {
      failed = failures.failed(e);
    }
    synced(handle, joined, failed);
  }

  @Override
  void stop() {
    pool.stop();
    idle.countDown();
  }

  @Override
  public void close() {
    refuse();
    awaitIdle();
    pool.awaitEnd();
    rings.values().forEach(ring -> ring.ifPresent(EventLoopUring::leave));
    rings.clear();
  }

  private void awaitIdle() {
    boolean interrupted = false;
    while (true) {
      try {
        idle.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
