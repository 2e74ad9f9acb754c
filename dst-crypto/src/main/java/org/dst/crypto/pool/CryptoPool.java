package org.dst.crypto.pool;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The crypto threads of a process. Its queue is bounded in records and bytes; whoever finds it full
 * does the work himself, which slows him down as much as it should. Thread-safe.
 */
public final class CryptoPool implements AutoCloseable {
  /** Records that may wait. */
  public static final int MAX_RECORDS = 1024;

  /** Bytes that may wait: two records of the largest size for each of 16 threads, at the most. */
  public static final long MAX_BYTES = 256 << 20;

  private static final Logger log = LoggerFactory.getLogger(CryptoPool.class);

  private static final int MOST_THREADS = 16;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private final LinkedTransferQueue<CryptoTask> queue = new LinkedTransferQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final LongAdder records = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder queuedNanos = new LongAdder();
  private final LongAdder busyNanos = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile boolean closed;

  /**
   * What a pool has done so far.
   *
   * @param depth records that wait now
   * @param depthBytes bytes of those
   * @param records records that were sealed or opened by crypto threads
   * @param bytes bytes of those
   * @param queuedNanos time that they have waited, all together
   * @param busyNanos time that they have taken, all together
   * @param refused records that an event loop did itself because the queue was full
   */
  public record Statistics(
      int depth,
      long depthBytes,
      long records,
      long bytes,
      long queuedNanos,
      long busyNanos,
      long refused) {}

  /** Work that ends the thread which takes it. */
  private static final class Stop extends CryptoTask {
    Stop() {
      super(0);
    }

    @Override
    protected void run() {
      // the thread looks for the type
    }

    @Override
    protected void finished(Throwable failure) {
      // belongs to no link
    }

    @Override
    protected void dropped() {
      // holds nothing
    }
  }

  /** A pool of {@code threadCount} threads, 0 to 256; with none, loops do everything themselves. */
  public CryptoPool(int threadCount) {
    if (threadCount < 0 || threadCount > 256) {
      throw new IllegalArgumentException(
          "%d crypto threads (expected: 0 to 256)".formatted(threadCount));
    }
    closed = threadCount == 0;
    DefaultThreadFactory factory = new DefaultThreadFactory("dst-crypto", true);
    for (int i = 0; i < threadCount; i++) {
      Thread thread = factory.newThread(this::work);
      threads.add(thread);
      thread.start();
    }
  }

  /** As many threads as there are cores, but not more than 16. */
  public static int defaultThreads() {
    return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  /** How many threads it has. */
  public int threads() {
    return threads.size();
  }

  /** What it has done so far. */
  public Statistics statistics() {
    return new Statistics(
        waiting.get(),
        waitingBytes.get(),
        records.sum(),
        bytes.sum(),
        queuedNanos.sum(),
        busyNanos.sum(),
        refused.sum());
  }

  /** Takes work, or returns false if it has enough or was closed: then the caller has to do it. */
  boolean offer(CryptoTask work) {
    if (closed) {
      return false;
    }
    int nowWaiting = waiting.incrementAndGet();
    long nowBytes = waitingBytes.addAndGet(work.bytes());
    if (nowWaiting > MAX_RECORDS || nowBytes > MAX_BYTES) {
      refused.increment();
      leaves(work);
      return false;
    }
    work.submittedNanos = System.nanoTime();
    queue.add(work);
    if (closed && queue.remove(work)) { // nobody might come for it any more
      leaves(work);
      return false;
    }
    return true;
  }

  private void leaves(CryptoTask work) {
    waiting.decrementAndGet();
    waitingBytes.addAndGet(-work.bytes());
  }

  private void work() {
    try {
      for (CryptoTask work = queue.take(); !(work instanceof Stop); work = queue.take()) {
        leaves(work);
        long start = System.nanoTime();
        perform(work);
        records.increment();
        bytes.add(work.bytes());
        queuedNanos.add(start - work.submittedNanos);
        busyNanos.add(System.nanoTime() - start);
      }
    } catch (InterruptedException e) {
      // nobody but a dying process interrupts these threads
    }
  }

  private static void perform(CryptoTask work) {
    try {
      work.perform();
    } catch (RuntimeException | Error e) {
      // Its own failures it keeps for its link; this is a fault of ours, and no reason to lose a
      // thread that all links share.
      log.error("crypto work failed", e);
    }
  }

  /** Takes no more work, and returns when what it has is done and the threads have ended. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(thread -> queue.add(new Stop()));
    long deadline = System.nanoTime() + PATIENCE;
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
