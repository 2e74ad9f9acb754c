package org.dst.server.store.uring;

import org.dst.server.store.StoreException;
import org.dst.server.store.descriptor.BufferIo;
import org.dst.server.store.descriptor.StoreDescriptor;

/** The store whose requests {@link RingIo} submits to a ring. */
public interface RingTarget {
  /** Returned where no mode of fallocate(2) does what was asked. */
  int NO_MODE = -1;

  /** The open file. */
  StoreDescriptor descriptor();

  /** The same I/O with blocking calls. */
  BufferIo io();

  /** Rejects a read that is not inside the store. */
  void checkRead(long offset, long length) throws StoreException;

  /** Why a read failed: because the store has shrunk since, if it has. */
  StoreException afterRead(long offset, long length, StoreException failure);

  /**
   * Begins a change, if it is allowed here and inside the store. The store does not shrink before
   * the change has ended.
   *
   * @return the argument of {@link #endChange}, which must follow whether or not the change
   *     succeeds
   */
  int beginChange(long offset, long length) throws StoreException;

  /** A change has ended. */
  void endChange(int epoch);

  /** Whether several durable writes may be in progress at once. */
  boolean hasDurableWritesAtOnce();

  /** The mode of fallocate(2) that trims, or {@link #NO_MODE}. */
  int trimMode();

  /** The mode of fallocate(2) that zeroes fast, or {@link #NO_MODE}. */
  int zeroMode(boolean noHole);

  /** Whether a range consists of whole blocks that fallocate(2) can handle. */
  boolean isWhole(long offset, long length);
}
