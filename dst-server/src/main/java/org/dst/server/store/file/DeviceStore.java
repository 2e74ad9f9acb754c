package org.dst.server.store.file;

import static org.dst.server.syscall.DataCalls.KEEP_SIZE;
import static org.dst.server.syscall.DataCalls.PUNCH_HOLE;

import java.util.List;
import org.dst.platform.syscall.Errno;
import org.dst.protocol.Extent;
import org.dst.protocol.Status;
import org.dst.server.store.Ranges;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.descriptor.ErrnoMapping;
import org.dst.server.store.descriptor.StoreDescriptor;
import org.dst.server.syscall.DataCalls;
import org.dst.server.syscall.DeviceCalls;

/**
 * A block device. Discards and zeroes are told to it in whole logical blocks; what sticks out on
 * either side stays as it is (trim) or is written (zeroes).
 */
public final class DeviceStore extends DescriptorStore {
  private final int sector;
  private final boolean zeroesByItself;

  /**
   * @param sector bytes of a logical block
   * @param zeroesByItself whether the kernel has the device make zeroes, rather than send them
   */
  public DeviceStore(
      StoreDescriptor file, StoreInfo info, long limit, int sector, boolean zeroesByItself) {
    super(file, info, limit);
    this.sector = sector;
    this.zeroesByItself = zeroesByItself;
  }

  @Override
  long wholeSize() throws StoreException {
    long size = file.call(DeviceCalls::size);
    if (size < 0) {
      throw ErrnoMapping.whole("size", file.name(), size);
    }
    return size;
  }

  /** A discard is an ioctl. */
  @Override
  public int trimMode() {
    return NO_MODE;
  }

  @Override
  public int zeroMode(boolean noHole) {
    return noHole ? NO_MODE : PUNCH_HOLE; // as in zeroWholeBlocks
  }

  @Override
  public boolean isWhole(long offset, long length) {
    return ((offset | length) & sector - 1) == 0;
  }

  @Override
  public boolean hasDurableWritesAtOnce() {
    return true;
  }

  @Override
  void trimRange(long offset, long length) throws StoreException {
    long start = Ranges.up(offset, sector);
    long end = Ranges.down(offset + length, sector);
    if (!info().canTrim() || start >= end) {
      return;
    }
    long result = file.call(fd -> DeviceCalls.discard(fd, start, end - start));
    if (result < 0 && result != -Errno.EOPNOTSUPP) {
      throw ErrnoMapping.range("trim", offset, length, file.name(), result);
    }
  }

  @Override
  void zeroRange(long offset, long length, boolean noHole, boolean fast) throws StoreException {
    long start = Ranges.up(offset, sector);
    long end = Ranges.down(offset + length, sector);
    if (start >= end) {
      io.writeZeroes(offset, length); // less than two blocks
      return;
    }
    // The middle first: if it cannot be done fast, nothing has changed.
    zeroWholeBlocks(start, end - start, noHole, fast);
    io.writeZeroes(offset, start - offset);
    io.writeZeroes(end, offset + length - end);
  }

  private void zeroWholeBlocks(long offset, long length, boolean noHole, boolean fast)
      throws StoreException {
    long result = -Errno.EOPNOTSUPP;
    if (!noHole) {
      // For a device: zeroes by itself, with leave to unmap, or not at all (block/fops.c).
      result = file.call(fd -> DataCalls.fallocate(fd, PUNCH_HOLE | KEEP_SIZE, offset, length));
    }
    if (result == -Errno.EOPNOTSUPP && fast && !zeroesByItself) {
      throw new StoreException(Status.NOT_SUPPORTED, file.name() + " has no fast zeroes");
    }
    if (result == -Errno.EOPNOTSUPP) {
      result = file.call(fd -> DeviceCalls.zeroOut(fd, offset, length));
    }
    if (result == -Errno.EOPNOTSUPP) {
      io.writeZeroes(offset, length);
    } else if (result < 0) {
      throw ErrnoMapping.range("zeroes", offset, length, file.name(), result);
    }
  }

  /** A device has the size that its driver gives it. */
  @Override
  public void resize(long size) throws StoreException {
    throw new StoreException(
        Status.NOT_SUPPORTED,
        file.name()
            + " is a block device; resize it by its own means (lvextend, losetup -c …), which is"
            + " noticed within seconds");
  }

  /** A device does not tell what it has allocated. */
  @Override
  public List<Extent> status(long offset, long length, int most) throws StoreException {
    checkStatus(offset, length, most);
    return List.of(new Extent(length, 0));
  }
}
