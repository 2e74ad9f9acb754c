package org.dst.server.store.descriptor;

import org.dst.platform.syscall.Errno;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.dst.server.syscall.DataCalls;

/** Allocates the space of a file in advance, with fallocate(2); existing data does not change. */
public final class Preallocation {
  private Preallocation() {}

  /**
   * Allocates space from the start of a file.
   *
   * @param size bytes
   * @throws StoreException if there is not enough, or the file system does not support it
   */
  public static void of(StoreDescriptor file, long size) throws StoreException {
    if (size == 0) {
      return; // which fallocate refuses
    }
    long result = file.call(fd -> DataCalls.fallocate(fd, DataCalls.KEEP_SIZE, 0, size));
    if (result == -Errno.EOPNOTSUPP) {
      throw new StoreException(
          Status.NOT_SUPPORTED,
          "the file system of " + file.name() + " cannot preallocate; export without preallocate");
    }
    if (result < 0) {
      throw ErrnoMapping.range("preallocation", 0, size, file.name(), result);
    }
  }
}
