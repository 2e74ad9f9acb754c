package org.dst.server.engine;

/**
 * Makes system calls on a bounded pool of platform threads. Between two syncs of one store the
 * worker looks at the queue again, so that a stream of flushes does not keep a worker for itself.
 */
public final class ThreadsEngine extends AbstractIoEngine {
  /** Workers, unless told otherwise. */
  public static final int DEFAULT_THREADS = 4;

  private final WorkerPool pool;

  /** An engine with {@link #DEFAULT_THREADS}. */
  public ThreadsEngine() {
    this(DEFAULT_THREADS);
  }

  /**
   * @param threads workers, at least 1; as many system calls can wait at once
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
