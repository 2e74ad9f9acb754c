package org.dst.server.store.file;

import io.netty.buffer.ByteBuf;
import org.dst.server.store.PathStatus;
import org.dst.server.store.RingStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.descriptor.StoreDescriptor;

/**
 * A store in the server's memory, lost when the server ends. It is an unnamed file
 * (memfd_create(2)), which the kernel allocates page by page as it is written: sparse, off-heap,
 * and never larger than its size. Holes, zeroes and trims work as for any file.
 */
public final class MemoryStore extends FileStore {
  public MemoryStore(StoreDescriptor file, StoreInfo info, long limit, boolean preallocated) {
    super(file, info, limit, preallocated);
  }

  /** It has no path. */
  @Override
  public PathStatus place() {
    return PathStatus.FOUND;
  }

  /** Memory never blocks, whether or not the kernel supports RWF_NOWAIT for it. */
  @Override
  public boolean tryRead(long offset, ByteBuf target, int length) throws StoreException {
    read(offset, target, length);
    return true;
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable) throws StoreException {
    super.write(offset, source, false);
  }

  /** A ring is no use where nothing blocks. */
  @Override
  public RingStore onRing() {
    return null;
  }

  /** Nothing outlives the server, so there is nothing to make durable. */
  @Override
  public void sync() {}
}
