package org.dst.server.store.uring;

import io.netty.buffer.ByteBuf;
import org.dst.server.store.RingStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.descriptor.DirectIo;
import org.dst.server.store.descriptor.StoreDescriptor;

/**
 * One operation of a store in progress on a ring. Keeps the descriptor open and the buffer alive
 * until the last of its calls has ended, and then reports the first failure, if any. Confined to
 * the ring's event loop.
 */
final class RingOperation {
  private final StoreDescriptor file;
  private final int fd;
  private final ByteBuf pinned;
  private final RingStore.Outcome outcome;
  private StoreException failure;

  /** Calls in progress, plus one for the caller that starts them, until it calls {@link #ended}. */
  private int running = 1;

  /**
   * @param durable whether the calls are durable writes
   * @param pinned the operation's from here on, even if this throws; or null
   */
  RingOperation(StoreDescriptor file, boolean durable, ByteBuf pinned, RingStore.Outcome outcome)
      throws StoreException {
    this.file = file;
    this.pinned = pinned;
    this.outcome = outcome;
    try {
      fd = file.hold(durable);
    } catch (StoreException e) {
      unpin();
      throw e;
    }
  }

  /** What the store is called in messages. */
  String name() {
    return file.name();
  }

  /** What direct I/O demands of the file. */
  DirectIo direct() {
    return file.direct();
  }

  /** The descriptor for the calls. */
  int fd() {
    return fd;
  }

  /** One more call is about to be made. */
  void starts() {
    running++;
  }

  /**
   * One call has ended, or no more are made.
   *
   * @param reason why it failed, or null
   */
  void ended(StoreException reason) {
    if (failure == null) {
      failure = reason;
    }
    running--;
    if (running == 0) {
      file.letGo();
      try {
        outcome.ended(failure);
      } finally {
        unpin();
      }
    }
  }

  private void unpin() {
    if (pinned != null) {
      pinned.release();
    }
  }
}
