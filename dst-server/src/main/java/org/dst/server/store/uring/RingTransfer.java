package org.dst.server.store.uring;

import org.dst.platform.syscall.Errno;
import org.dst.server.store.Ring;
import org.dst.server.store.StoreException;
import org.dst.server.store.descriptor.ErrnoMapping;

/**
 * One piece of a read or write: repeats the call for the rest after a short transfer. Confined to
 * the ring's event loop.
 */
final class RingTransfer implements Ring.Call {
  /** Instead of the flags of a write. */
  static final int READ = -1;

  private final Ring ring;
  private final RingOperation operation;
  private final int writeFlags;
  private final long address;
  private final int length;
  private final long offset;
  private int done;

  /**
   * @param writeFlags of the write, or {@link #READ}
   */
  RingTransfer(
      Ring ring, RingOperation operation, int writeFlags, long address, int length, long offset) {
    this.ring = ring;
    this.operation = operation;
    this.writeFlags = writeFlags;
    this.address = address;
    this.length = length;
    this.offset = offset;
  }

  /** Makes the first call. */
  void start() {
    operation.starts();
    transferRest();
  }

  private void transferRest() {
    int rest = length - done;
    if (writeFlags == READ) {
      ring.read(operation.fd(), address + done, rest, offset + done, this);
    } else {
      ring.write(operation.fd(), address + done, rest, offset + done, writeFlags, this);
    }
  }

  @Override
  public void ended(long result) {
    if (result <= 0) {
      operation.ended(failure(result));
      return;
    }
    done += (int) result;
    if (done < length && !operation.direct().isAligned(offset, done)) {
      ended(writeFlags == READ ? 0 : -Errno.EIO); // the last block of the file is not whole
    } else if (done < length) {
      transferRest();
    } else {
      operation.ended(null);
    }
  }

  private StoreException failure(long result) {
    if (writeFlags != READ) {
      // 0 the kernel never answers, and to go on would be an endless loop.
      long error = result == 0 ? -Errno.EIO : result;
      return ErrnoMapping.range("write", offset, length, operation.name(), error);
    }
    return result == 0
        ? ErrnoMapping.truncated(offset, length, operation.name(), done)
        : ErrnoMapping.range("read", offset, length, operation.name(), result);
  }
}
