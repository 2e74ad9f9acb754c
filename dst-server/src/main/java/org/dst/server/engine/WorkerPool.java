package org.dst.server.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Threads of the platform that wait for system calls, and the queue before them. Thread-safe. */
final class WorkerPool {
  private final WorkQueue queue = new WorkQueue();
  private final List<Thread> workers = new ArrayList<>();

  /**
   * @param threads workers, at least 1; as many system calls can wait at once
   * @param work what a worker does with a request; throws nothing
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

  /** Gives a request to a worker. */
  void put(IoRequest request) {
    queue.put(request);
  }

  /** The workers end once the queue is empty. */
  void stop() {
    queue.stop();
  }

  /** Waits for the end of the workers, through interrupts, which it leaves to the caller. */
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
