package org.dst.server.store.file;

import static org.dst.server.syscall.DataCalls.KEEP_SIZE;
import static org.dst.server.syscall.DataCalls.PUNCH_HOLE;
import static org.dst.server.syscall.DataCalls.ZERO_RANGE;

import java.util.List;
import org.dst.platform.syscall.Errno;
import org.dst.protocol.Extent;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.descriptor.ErrnoMapping;
import org.dst.server.store.descriptor.GuardedFile;
import org.dst.server.syscall.DataCalls;

/** A regular file. What is sparse stays sparse: see fallocate(2) and lseek(2). */
public sealed class FileStore extends FdStore permits MemoryStore {
  private final boolean preallocated;

  /**
   * @param preallocated whether growth takes its space at once
   */
  public FileStore(GuardedFile file, StoreInfo info, long limit, boolean preallocated) {
    super(file, info, limit);
    this.preallocated = preallocated;
  }

  @Override
  public final void resize(long size) throws StoreException {
    new FileResizer(this, preallocated).to(size);
  }

  /**
   * Whether the file system can punch holes, tried where nothing can be lost: beyond the end of the
   * file.
   *
   * @param size of the whole file
   */
  public static boolean punches(GuardedFile file, long size) throws StoreException {
    return file.call(fd -> DataCalls.fallocate(fd, PUNCH_HOLE | KEEP_SIZE, size, 1)) >= 0;
  }

  @Override
  final long wholeSize() throws StoreException {
    long size = file.call(fd -> DataCalls.lseek(fd, 0, DataCalls.SEEK_END));
    if (size < 0) {
      throw ErrnoMapping.whole("lseek", file.name(), size);
    }
    return size;
  }

  @Override
  public final int trimMode() {
    return info().canTrim() ? PUNCH_HOLE : NO_MODE;
  }

  @Override
  public final int zeroMode(boolean noHole) {
    return noHole ? ZERO_RANGE : PUNCH_HOLE;
  }

  @Override
  public final boolean isWhole(long offset, long length) {
    return true;
  }

  /**
   * The kernel makes a ring's writes of one regular file one after the other, the waiting for the
   * medium included (io_wq_hash_work in io_prep_async_work, io_uring/io_uring.c), and others would
   * wait behind them. Measured at depth 16: half of what four threads make.
   */
  @Override
  public final boolean hasDurableWritesAtOnce() {
    return false;
  }

  @Override
  final void trimRange(long offset, long length) throws StoreException {
    if (info().canTrim() && length > 0) {
      long result = place(PUNCH_HOLE, offset, length);
      if (result < 0) {
        throw ErrnoMapping.range("trim", offset, length, file.name(), result);
      }
    }
  }

  @Override
  final void zeroRange(long offset, long length, boolean noHole, boolean fast)
      throws StoreException {
    if (length == 0) {
      return;
    }
    long result = noHole ? zeroAllocated(offset, length) : zeroByHole(offset, length);
    if (result >= 0) {
      return;
    }
    if (result != -Errno.EOPNOTSUPP) {
      throw ErrnoMapping.range("zeroes", offset, length, file.name(), result);
    }
    if (fast) {
      throw new StoreException(
          Status.NOT_SUPPORTED, "the file system of " + file.name() + " has no fast zeroes");
    }
    io.writeZeroes(offset, length);
  }

  private long zeroByHole(long offset, long length) throws StoreException {
    long result = place(PUNCH_HOLE, offset, length);
    return result == -Errno.EOPNOTSUPP ? place(ZERO_RANGE, offset, length) : result;
  }

  private long zeroAllocated(long offset, long length) throws StoreException {
    long result = place(ZERO_RANGE, offset, length);
    if (result != -Errno.EOPNOTSUPP) {
      return result;
    }
    // tmpfs, for one, cannot zero a range, but can make a hole and allocate it again.
    result = place(PUNCH_HOLE, offset, length);
    return result < 0 ? result : place(0, offset, length);
  }

  private long place(int mode, long offset, long length) throws StoreException {
    return file.call(fd -> DataCalls.fallocate(fd, mode | KEEP_SIZE, offset, length));
  }

  @Override
  public final List<Extent> status(long offset, long length, int most) throws StoreException {
    checkStatus(offset, length, most);
    ExtentMerger merger = new ExtentMerger(offset, offset + length, info().minBlock(), most);
    while (!merger.isFull()) {
      long data = data(merger);
      if (data > merger.position()) {
        merger.holeUntil(data);
      } else {
        long hole = file.call(fd -> DataCalls.lseek(fd, merger.position(), DataCalls.SEEK_HOLE));
        // Whatever the answer, data is the one that is always true.
        merger.dataUntil(hole < 0 ? merger.end() : hole);
      }
    }
    return merger.extents();
  }

  private long data(ExtentMerger merger) throws StoreException {
    long data = file.call(fd -> DataCalls.lseek(fd, merger.position(), DataCalls.SEEK_DATA));
    if (data >= 0) {
      return data;
    }
    if (data != -Errno.ENXIO) {
      return merger.position(); // the file system does not know of holes
    }
    if (wholeSize() < merger.end()) {
      throw new StoreException(
          Status.IO_ERROR,
          file.name() + " ends before " + merger.end() + "; was it truncated while it is served?");
    }
    return merger.end();
  }
}
