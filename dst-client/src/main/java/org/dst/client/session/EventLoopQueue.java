package org.dst.client.session;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A way into an event loop from others, at one wake-up for each batch: what a loop puts in while it
 * reads its sockets is announced when it has read them, and one task of the receiving loop takes
 * all that has gathered until it runs. Any thread puts; what one thread puts is taken in its order.
 */
final class EventLoopQueue {
  private static final Logger log = LoggerFactory.getLogger(EventLoopQueue.class);

  private final EventExecutor to;
  private final AtomicReference<Item> newest = new AtomicReference<>();
  private final Runnable announce = this::announce;
  private final Runnable take = this::take;

  /** Something that is handed over. */
  abstract static class Item {
    private Item before;

    /** Does what is to be done in the receiving loop. */
    abstract void taken();
  }

  EventLoopQueue(EventExecutor to) {
    this.to = to;
  }

  /**
   * Hands something over.
   *
   * @param from the caller's event loop; if it is none of that loop, nothing waits for a batch
   */
  void put(Item item, EventExecutor from) {
    Item before;
    do {
      before = newest.get();
      item.before = before;
    } while (!newest.compareAndSet(before, item));
    if (before != null) {
      return; // whoever put the first one in announces it
    }
    if (from.inEventLoop()) {
      from.execute(announce); // behind the sockets that are being read
    } else {
      announce();
    }
  }

  private void announce() {
    try {
      to.execute(take);
    } catch (RejectedExecutionException ended) {
      log.debug("handed over to a loop that has ended: {}", to); // nobody waits for it any more
    }
  }

  private void take() {
    Item item = inOrder(newest.getAndSet(null));
    while (item != null) {
      Item after = item.before;
      item.before = null;
      try {
        item.taken();
      } catch (RuntimeException | Error failed) {
        log.error("what was handed over failed", failed); // the others must not wait for ever
      }
      item = after;
    }
  }

  private static Item inOrder(Item newest) {
    Item ordered = null;
    Item item = newest;
    while (item != null) {
      Item before = item.before;
      item.before = ordered;
      ordered = item;
      item = before;
    }
    return ordered;
  }
}
