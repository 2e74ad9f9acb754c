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
 * The crypto threads of a process. The queue is bounded in records and bytes; an event loop that
 * finds it full runs the task itself, which throttles that loop. Thread-safe.
 */
public final class CryptoPool implements AutoCloseable {
  /** Most records that may wait. */
  public static final int MAX_RECORDS = 1024;

  /** Most bytes that may wait. */
  public static final long MAX_BYTES = 256 << 20;

  private static final Logger log = LoggerFactory.getLogger(CryptoPool.class);

  private static final int MAX_DEFAULT_THREADS = 16;
  private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

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
   * A snapshot of the pool's counters.
   *
   * @param depth records waiting now
   * @param depthBytes bytes of those
   * @param records records sealed or opened by crypto threads
   * @param bytes bytes of those
   * @param queuedNanos total time that they waited
   * @param busyNanos total time that they took
   * @param refused records that event loops processed themselves because the queue was full
   */
  public record Statistics(
      int depth,
      long depthBytes,
      long records,
      long bytes,
      long queuedNanos,
      long busyNanos,
      long refused) {}

  /** A task that ends the thread which takes it. */
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

  /** Starts {@code threadCount} threads, 0 to 256; without any, event loops run every task. */
  public CryptoPool(int threadCount) {
    if (threadCount < 0 || threadCount > 256) {
      throw new IllegalArgumentException(
          "%d crypto threads (expected: 0 to 256)".formatted(threadCount));
    }
    closed = threadCount == 0;
    DefaultThreadFactory factory = new DefaultThreadFactory("dst-crypto", true);
    for (int i = 0; i < threadCount; i++) {
      Thread thread = factory.newThread(this::runTasks);
      threads.add(thread);
      thread.start();
    }
  }

  /** One thread per core, but at most 16. */
  public static int defaultThreads() {
    return Math.min(MAX_DEFAULT_THREADS, Runtime.getRuntime().availableProcessors());
  }

  /** The number of threads. */
  public int threads() {
    return threads.size();
  }

  /** The current counters. */
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

  /** Queues a task; false if the queue is full or the pool closed: the caller must run it then. */
  boolean offer(CryptoTask task) {
    if (closed) {
      return false;
    }
    int nowWaiting = waiting.incrementAndGet();
    long nowBytes = waitingBytes.addAndGet(task.bytes());
    if (nowWaiting > MAX_RECORDS || nowBytes > MAX_BYTES) {
      refused.increment();
      dequeued(task);
      return false;
    }
    task.submittedNanos = System.nanoTime();
    queue.add(task);
    if (closed && queue.remove(task)) { // all threads may have ended already
      dequeued(task);
      return false;
    }
    return true;
  }

  private void dequeued(CryptoTask task) {
    waiting.decrementAndGet();
    waitingBytes.addAndGet(-task.bytes());
  }

  private void runTasks() {
    try {
      for (CryptoTask task = queue.take(); !(task instanceof Stop); task = queue.take()) {
        dequeued(task);
        long start = System.nanoTime();
        perform(task);
        records.increment();
        bytes.add(task.bytes());
        queuedNanos.add(start - task.submittedNanos);
        busyNanos.add(System.nanoTime() - start);
      }
    } catch (InterruptedException e) {
      // nobody but a dying process interrupts these threads
    }
  }

  private static void perform(CryptoTask task) {
    try {
      task.perform();
    } catch (RuntimeException | Error e) {
      // A task reports its own failures to its link. This is a bug of ours, but no reason to lose a
      // thread that all links share.
      log.error("crypto task failed", e);
    }
  }

  /** Takes no more tasks; returns when the queued ones are done and the threads have ended. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(thread -> queue.add(new Stop()));
    long deadline = System.nanoTime() + CLOSE_TIMEOUT_NANOS;
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
