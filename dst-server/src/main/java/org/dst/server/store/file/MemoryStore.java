package org.dst.server.store.file;

import io.netty.buffer.ByteBuf;
import org.dst.server.store.PathStatus;
import org.dst.server.store.RingStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.descriptor.StoreDescriptor;

/**
 * Memory of the server, gone with it. It is a file without a name (memfd_create(2)), which the
 * kernel allocates page by page as it is written: sparse, outside the heap, and never larger than
 * its size. Holes, zeroes and trims are those of any file.
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

  /** Memory is always there, whether or not this kernel can promise so. */
  @Override
  public boolean tryRead(long offset, ByteBuf target, int length) throws StoreException {
    read(offset, target, length);
    return true;
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable) throws StoreException {
    super.write(offset, source, false);
  }

  /** A ring gains nothing where nothing waits. */
  @Override
  public RingStore onRing() {
    return null;
  }

  /** Nothing here outlives the server, so there is nothing to make durable. */
  @Override
  public void sync() {}
}
