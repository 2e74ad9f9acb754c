package org.dst.server.engine;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests on their way back to one event loop. Any thread pushes; the loop is given one task for
 * all that were pushed until that task runs.
 */
final class CompletionQueue implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CompletionQueue.class);

  private final EventExecutor loop;

  /** The last pushed, linked to those before it. */
  private final AtomicReference<IoRequest> top = new AtomicReference<>();

  CompletionQueue(EventExecutor loop) {
    this.loop = loop;
  }

  /** Hands back a request whose {@link IoRequest#outcome} is set. */
  void push(IoRequest request) {
    IoRequest before;
    do {
      before = top.get();
      request.next = before;
    } while (!top.compareAndSet(before, request));
    if (before == null) {
      loop.execute(this);
    }
  }

  /** On the loop: completes what was pushed, in that order. */
  @Override
  public void run() {
    IoRequest request = inOrder(top.getAndSet(null));
    while (request != null) {
      IoRequest after = request.next;
      request.next = null;
      try {
        request.completed(request.outcome);
      } catch (RuntimeException | Error e) {
        LOG.error("completion of a request failed", e); // the others must not wait for ever
      }
      request = after;
    }
  }

  private static IoRequest inOrder(IoRequest newest) {
    IoRequest ordered = null;
    IoRequest request = newest;
    while (request != null) {
      IoRequest before = request.next;
      request.next = ordered;
      ordered = request;
      request = before;
    }
    return ordered;
  }
}
