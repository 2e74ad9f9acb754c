package org.dst.server.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Platform threads that block in system calls, and the queue that feeds them. Thread-safe. */
final class WorkerPool {
  private final WorkQueue queue = new WorkQueue();
  private final List<Thread> workers = new ArrayList<>();

  /**
   * @param threads workers, at least 1: the number of system calls that can block at once
   * @param work carries out a request; throws nothing
   */
  WorkerPool(int threads, Consumer<IoRequest> work) {
    if (threads < 1) {
      throw new IllegalArgumentException("I/O threads " + threads + " (expected: >= 1)");
    }
    for (int i = 0; i < threads; i++) {
      workers.add(
          Thread.ofPlatform().name("dst-io-" + i).daemon().start(() -> takeAll(queue, work)));
    }
  }

  private static void takeAll(WorkQueue queue, Consumer<IoRequest> work) {
    IoRequest request = queue.take();
    while (request != null) {
      work.accept(request);
      request = queue.take();
    }
  }

  /** Hands a request to a worker. */
  void put(IoRequest request) {
    queue.put(request);
  }

  /** Ends the workers once the queue is empty. */
  void stop() {
    queue.stop();
  }

  /**
   * Waits for the workers to end. Restores the interrupt status if it was interrupted meanwhile.
   */
  void awaitEnd() {
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
