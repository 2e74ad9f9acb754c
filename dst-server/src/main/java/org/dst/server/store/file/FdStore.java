package org.dst.server.store.file;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.dst.protocol.Status;
import org.dst.server.medium.MarkReader;
import org.dst.server.medium.MediumMarks;
import org.dst.server.store.BlockStore;
import org.dst.server.store.PathStatus;
import org.dst.server.store.Ranges;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.UringStore;
import org.dst.server.store.descriptor.AlignedBuffers;
import org.dst.server.store.descriptor.BlockingFileIo;
import org.dst.server.store.descriptor.ErrnoMapping;
import org.dst.server.store.descriptor.GuardedFile;
import org.dst.server.store.descriptor.PathCheck;
import org.dst.server.store.uring.UringFileIo;
import org.dst.server.store.uring.UringTarget;
import org.dst.server.syscall.DataCalls;

/** The common part of stores behind a file descriptor. Any thread. */
abstract sealed class FdStore implements BlockStore, UringTarget permits FileStore, DeviceStore {
  final GuardedFile file;
  final BlockingFileIo io;
  private final UringFileIo ring;
  private final StoreInfo info;
  private final StoreSize size;
  private final ChangeEpochs changes = new ChangeEpochs();

  /** Cleared when the kernel says that this file cannot be read without waiting. */
  private volatile boolean readsWithoutWaiting;

  /**
   * @param limit maximum number of bytes to serve
   */
  FdStore(GuardedFile file, StoreInfo info, long limit) {
    this.file = file;
    this.io = new BlockingFileIo(file);
    this.info = info;
    this.size = new StoreSize(info, limit);
    this.ring = new UringFileIo(this);
    this.readsWithoutWaiting = !file.direct().isOn(); // there, every read is one of the medium
  }

  @Override
  public final ByteBuf bufferForRead(ByteBufAllocator allocator, int length) {
    return AlignedBuffers.allocate(allocator, length, file.direct().memory());
  }

  /** The whole size of what is behind the descriptor. */
  abstract long wholeSize() throws StoreException;

  @Override
  public final GuardedFile descriptor() {
    return file;
  }

  @Override
  public final BlockingFileIo io() {
    return io;
  }

  @Override
  public UringStore onRing() {
    return ring;
  }

  @Override
  public final StoreInfo info() {
    return info;
  }

  @Override
  public final long size() {
    try {
      return measure();
    } catch (StoreException e) {
      return size.end(); // closed, or the medium is gone: what was known last
    }
  }

  @Override
  public final long measure() throws StoreException {
    int cuts = size.cuts();
    return size.measured(wholeSize(), cuts);
  }

  @Override
  public final long knownSize() {
    return size.end();
  }

  @Override
  public final void cutTo(long bytes) {
    size.cutTo(bytes);
  }

  @Override
  public final MediumMarks marks() throws StoreException {
    int fd = file.hold(false);
    try {
      return new MarkReader().read(fd);
    } catch (ErrnoException e) {
      throw ErrnoMapping.whole("marks", file.name(), -e.errno());
    } finally {
      file.letGo();
    }
  }

  @Override
  public final boolean leave(String tag) throws StoreException {
    int fd = file.hold(false);
    try {
      return MarkReader.leave(fd, tag);
    } finally {
      file.letGo();
    }
  }

  @Override
  public PathStatus place() {
    return new PathCheck(file).look();
  }

  @Override
  public boolean tryRead(long offset, ByteBuf target, int length) throws StoreException {
    Ranges.check(offset, length, size.end());
    if (!readsWithoutWaiting) {
      return false;
    }
    long result = io.tryRead(offset, target, length);
    if (result == -Errno.EOPNOTSUPP || result == -Errno.EINVAL || result == -Errno.ENOSYS) {
      readsWithoutWaiting = false;
    }
    return result == 1; // any other error comes back on the path that may wait
  }

  @Override
  public final void read(long offset, ByteBuf target, int length) throws StoreException {
    checkRead(offset, length);
    try {
      io.read(offset, target, length);
    } catch (StoreException e) {
      throw afterRead(offset, length, e);
    }
  }

  @Override
  public final StoreException afterRead(long offset, long length, StoreException failure) {
    try {
      checkRead(offset, length);
    } catch (StoreException outside) {
      return outside;
    }
    return failure;
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable) throws StoreException {
    int epoch = beginChange(offset, source.readableBytes());
    try {
      io.write(offset, source, durable);
    } finally {
      endChange(epoch);
    }
  }

  @Override
  public final int beginChange(long offset, long length) throws StoreException {
    int epoch = changes.enter();
    try {
      checkChange(offset, length);
      return epoch;
    } catch (StoreException e) {
      changes.exit(epoch);
      throw e;
    }
  }

  @Override
  public final void endChange(int epoch) {
    changes.exit(epoch);
  }

  @Override
  public final void trim(long offset, long length) throws StoreException {
    int epoch = beginChange(offset, length);
    try {
      trimRange(offset, length);
    } finally {
      endChange(epoch);
    }
  }

  @Override
  public final void writeZeroes(long offset, long length, boolean noHole, boolean fast)
      throws StoreException {
    int epoch = beginChange(offset, length);
    try {
      zeroRange(offset, length, noHole, fast);
    } finally {
      endChange(epoch);
    }
  }

  /** Trims a range that was checked. */
  abstract void trimRange(long offset, long length) throws StoreException;

  /** Zeroes a range that was checked. */
  abstract void zeroRange(long offset, long length, boolean noHole, boolean fast)
      throws StoreException;

  /** Where ranges end, for stores that can be given another size. */
  final StoreSize sizes() {
    return size;
  }

  /** The changes that are under way. */
  final ChangeEpochs changes() {
    return changes;
  }

  @Override
  public final boolean cachesWrites() {
    return !file.direct().isOn();
  }

  @Override
  public void sync() throws StoreException {
    long result = file.call(DataCalls::fdatasync);
    if (result < 0) {
      throw ErrnoMapping.whole("sync", file.name(), result);
    }
  }

  @Override
  public final void startWriteBack(long offset, long length) throws StoreException {
    checkChange(offset, length);
    if (length == 0) {
      return; // to the kernel 0 means all that follows
    }
    long result = file.call(fd -> DataCalls.startWriteBack(fd, offset, length));
    if (result < 0) {
      throw ErrnoMapping.range("write-back", offset, length, file.name(), result);
    }
  }

  @Override
  public final void cache(long offset, long length) throws StoreException {
    Ranges.check(offset, length, size.end());
    if (length == 0 || file.direct().isOn()) {
      return; // to the kernel 0 means all that follows; and direct reads would not use the cache
    }
    long result = file.call(fd -> DataCalls.willNeed(fd, offset, length));
    if (result < 0) {
      throw ErrnoMapping.range("read-ahead", offset, length, file.name(), result);
    }
  }

  @Override
  public final void close() {
    file.close();
  }

  @Override
  public final void checkRead(long offset, long length) throws StoreException {
    checkAligned(offset, length);
    Ranges.check(offset, length, size.end());
  }

  private void checkAligned(long offset, long length) throws StoreException {
    if (!file.direct().isAligned(offset, length)) {
      throw new StoreException(
          Status.INVALID,
          "range of %d bytes at %d of %s (expected: multiples of %d, for direct I/O)"
              .formatted(length, offset, file.name(), file.direct().block()));
    }
  }

  /** Refuses a change that is not allowed here or not inside the store. */
  final void checkChange(long offset, long length) throws StoreException {
    if (info.readOnly()) {
      throw new StoreException(Status.NOT_PERMITTED, file.name() + " is served read-only");
    }
    checkAligned(offset, length);
    Ranges.checkChange(offset, length, size.end());
  }

  /** Refuses a range whose status cannot be determined. */
  final void checkStatus(long offset, long length, int most) throws StoreException {
    Ranges.check(offset, length, size.end());
    if (length == 0 || most < 1) {
      throw new StoreException(
          Status.INVALID, most + " extents of " + length + " bytes (expected: >= 1 of both)");
    }
  }
}
