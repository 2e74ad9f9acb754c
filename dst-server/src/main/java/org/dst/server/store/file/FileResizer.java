package org.dst.server.store.file;

import java.util.concurrent.TimeUnit;
import org.dst.platform.syscall.Errno;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.descriptor.ErrnoMapping;
import org.dst.server.store.descriptor.StoreDescriptor;
import org.dst.server.syscall.DataCalls;
import org.dst.server.syscall.FileCalls;

/**
 * Gives a file another size. A write that began before the cut and ended after it would make the
 * file grow again, so the cut waits for the changes that have begun; those that come later find the
 * new end. One at a time; blocks.
 */
final class FileResizer {
  private static final long PATIENCE_SECONDS = 10;

  private final FileStore store;
  private final StoreDescriptor file;
  private final boolean preallocated;

  FileResizer(FileStore store, boolean preallocated) {
    this.store = store;
    this.file = store.file;
    this.preallocated = preallocated;
  }

  /** As {@link BlockStore#resize}. */
  void to(long size) throws StoreException {
    check(size);
    long former = store.wholeSize();
    if (size < former) {
      cut(size);
    } else {
      grow(former, size);
    }
  }

  private void check(long size) throws StoreException {
    StoreInfo info = store.info();
    if (info.readOnly()) {
      throw new StoreException(Status.NOT_PERMITTED, file.name() + " is served read-only");
    }
    if (store.sizes().isLimited()) {
      throw new StoreException(
          Status.NOT_SUPPORTED, file.name() + " is served up to its size-limit only");
    }
    if (size < info.minBlock() || size % info.minBlock() != 0) {
      throw new StoreException(
          Status.INVALID,
          "size %d of %s (expected: a multiple of its minimum block, %d, at least one)"
              .formatted(size, file.name(), info.minBlock()));
    }
  }

  private void cut(long size) throws StoreException {
    store.sizes().beginCut(size);
    try {
      if (!store.changes().await(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS))) {
        throw new StoreException(
            Status.IO_ERROR,
            "%s cannot be cut: changes that are under way have not ended within %d s"
                .formatted(file.name(), PATIENCE_SECONDS));
      }
      truncate(size);
    } finally {
      store.sizes().endCut();
      store.size(); // if nothing was cut off, it counts again
    }
  }

  private void grow(long former, long size) throws StoreException {
    if (preallocated && size > former) {
      long result =
          file.call(fd -> DataCalls.fallocate(fd, DataCalls.KEEP_SIZE, former, size - former));
      if (result < 0) {
        truncate(former); // gives back what it has got
        throw ErrnoMapping.range("preallocation", former, size - former, file.name(), result);
      }
    }
    truncate(size);
    store.size();
  }

  /**
   * By a descriptor of its own: an error of earlier writes that its sync might be told is then not
   * taken away from the store's own syncs.
   */
  private void truncate(long size) throws StoreException {
    long result = file.call(fd -> truncate(fd, size));
    if (result < 0) {
      throw ErrnoMapping.whole("resize to " + size + " bytes", file.name(), result);
    }
  }

  private static long truncate(int fd, long size) {
    int own = FileCalls.open("/proc/self/fd/" + fd, FileCalls.O_RDWR);
    if (own < 0) {
      return own;
    }
    long result = FileCalls.truncate(own, size);
    if (result >= 0) {
      result = FileCalls.fsync(own);
    }
    FileCalls.close(own);
    return result == -Errno.EINTR ? truncate(fd, size) : result;
  }
}
