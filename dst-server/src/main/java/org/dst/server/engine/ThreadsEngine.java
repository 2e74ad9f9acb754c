package org.dst.server.engine;

/**
 * Makes system calls on a bounded pool of platform threads. A worker returns to the queue between
 * two syncs of a store, so that a stream of flushes does not occupy a worker.
 */
public final class ThreadsEngine extends AbstractIoEngine {
  /** The default number of workers. */
  public static final int DEFAULT_THREADS = 4;

  private final WorkerPool pool;

  /** An engine with {@link #DEFAULT_THREADS}. */
  public ThreadsEngine() {
    this(DEFAULT_THREADS);
  }

  /**
   * @param threads workers, at least 1: the number of system calls that can block at once
   */
  public ThreadsEngine(int threads) {
    pool = new WorkerPool(threads, this::work);
  }

  @Override
  void carry(IoRequest request) {
    pool.put(request);
  }

  @Override
  void stop() {
    pool.stop();
  }

  @Override
  public void close() {
    refuse();
    pool.awaitEnd();
  }
}
