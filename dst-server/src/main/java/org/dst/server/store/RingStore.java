package org.dst.server.store;

import io.netty.buffer.ByteBuf;

/**
 * The operations of a store through a {@link Ring}: like the methods of {@link BlockStore} with the
 * same names, with the same checks, effects and errors, but without blocking. Called on the ring's
 * event loop. A method that throws has started nothing; otherwise the outcome is reported once.
 * Until then the store holds the buffer and its descriptor, even if it is closed.
 */
public interface RingStore {
  /** Receives the outcome of an operation. */
  @FunctionalInterface
  interface Outcome {
    /**
     * The operation has ended; none of its calls is in progress.
     *
     * @param failure why it failed; null if it did not
     */
    void ended(StoreException failure);
  }

  /** As {@link BlockStore#read}. */
  void read(Ring ring, long offset, ByteBuf target, int length, Outcome outcome)
      throws StoreException;

  /**
   * As {@link BlockStore#write}.
   *
   * @return false, with nothing started, if the method that waits is the better one for this write
   */
  boolean write(Ring ring, long offset, ByteBuf source, boolean durable, Outcome outcome)
      throws StoreException;

  /** As {@link BlockStore#sync}. */
  void sync(Ring ring, Outcome outcome) throws StoreException;

  /**
   * As {@link BlockStore#trim}, as far as the ring has the calls.
   *
   * @return false, with nothing started, if it has not; an outcome of NOT_SUPPORTED says the same
   */
  boolean trim(Ring ring, long offset, long length, Outcome outcome) throws StoreException;

  /**
   * As {@link BlockStore#writeZeroes}, as far as it is done fast and the ring has the calls.
   *
   * @return as {@link #trim}
   */
  boolean writeZeroes(Ring ring, long offset, long length, boolean noHole, Outcome outcome)
      throws StoreException;
}
