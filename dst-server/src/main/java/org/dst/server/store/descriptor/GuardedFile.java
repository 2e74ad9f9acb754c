package org.dst.server.store.descriptor;

import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.dst.protocol.Status;
import org.dst.server.store.CloseGuard;
import org.dst.server.store.StoreException;
import org.dst.server.syscall.DataCalls;
import org.dst.server.syscall.FileCalls;
import org.dst.server.syscall.FileStatus;

/**
 * An open file that no call can reach after it was closed, when its number may belong to another
 * file. Calls are repeated on EINTR and return a result or a negative {@link Errno}.
 *
 * <p>Durable writes have a descriptor of their own. The kernel reports a write-back error once per
 * open file description (errseq_t; fsync(2), NOTES), so a durable write on the common descriptor
 * could consume the error of an earlier, acknowledged write, and the next flush would succeed. The
 * lock belongs to the common one.
 */
public final class GuardedFile implements AutoCloseable {
  private final int fd;
  private final int durableFd;
  private final String name;
  private final DirectIoAlignment direct;
  private final CloseGuard guard = new CloseGuard(this::release);

  /**
   * @param fd owned by this from here on
   * @param writable whether a second descriptor for durable writes is needed
   * @param direct whether to use direct I/O
   */
  public GuardedFile(int fd, String name, boolean writable, boolean direct) throws StoreException {
    this.fd = fd;
    this.name = name;
    // By /proc, so that it is the same file even if the path leads to another one by now.
    this.durableFd =
        writable ? FileCalls.open("/proc/self/fd/" + fd, FileCalls.O_RDWR) : -Errno.EBADF;
    if (writable && durableFd < 0) {
      FileCalls.close(fd);
      throw ErrnoMapping.whole("second open", name, durableFd);
    }
    try {
      this.direct = direct ? DirectIoAlignment.enable(fd, name) : DirectIoAlignment.NONE;
      if (direct && writable) {
        DirectIoAlignment.enable(durableFd, name);
      }
    } catch (StoreException e) {
      release();
      throw e;
    }
  }

  /** The alignment that I/O requires; {@link DirectIoAlignment#NONE} for buffered I/O. */
  public DirectIoAlignment direct() {
    return direct;
  }

  /** The name of the store in messages. */
  public String name() {
    return name;
  }

  /** A call on the open file. */
  @FunctionalInterface
  public interface Call {
    long on(int fd);
  }

  /** Makes a call on the file, unless it is closed. */
  public long call(Call call) throws StoreException {
    enter();
    try {
      long result;
      do {
        result = call.on(fd);
      } while (result == -Errno.EINTR);
      return result;
    } finally {
      guard.exit();
    }
  }

  /** Reads what is in the cache: at most {@code length} bytes, or {@code -EAGAIN} and others. */
  long tryRead(long address, int length, long offset) throws StoreException {
    enter();
    try {
      return DataCalls.pread(fd, address, length, offset, DataCalls.RWF_NOWAIT);
    } finally {
      guard.exit();
    }
  }

  /** Reads all bytes; fewer only if the file ends. */
  long read(long address, int length, long offset) throws StoreException {
    enter();
    try {
      int done = 0;
      while (done < length) {
        long result = DataCalls.pread(fd, address + done, length - done, offset + done);
        if (result < 0 && result != -Errno.EINTR) {
          return result;
        }
        done += (int) Math.max(result, 0);
        if (result == 0 || !direct.isAligned(offset, done)) { // the last block was not whole
          break;
        }
      }
      return done;
    } finally {
      guard.exit();
    }
  }

  /** Writes all bytes, in one call as far as the kernel takes them at once. */
  long write(long address, int length, long offset, boolean durable) throws StoreException {
    enter();
    try {
      int done = 0;
      while (done < length) {
        long result =
            durable
                ? DataCalls.pwrite(
                    durableFd, address + done, length - done, offset + done, DataCalls.RWF_DSYNC)
                : DataCalls.pwrite(fd, address + done, length - done, offset + done);
        if (result == 0) {
          return -Errno.EIO; // the kernel never does this, and to go on would be an endless loop
        }
        if (result < 0 && result != -Errno.EINTR) {
          return result;
        }
        done += (int) Math.max(result, 0);
      }
      return done;
    } finally {
      guard.exit();
    }
  }

  /** What the file is now. */
  public FileStatus status() throws StoreException {
    enter();
    try {
      return FileCalls.status(fd);
    } catch (ErrnoException e) {
      throw ErrnoMapping.whole("statx", name, -e.errno());
    } finally {
      guard.exit();
    }
  }

  private void enter() throws StoreException {
    if (!guard.enter()) {
      throw new StoreException(Status.SHUTTING_DOWN, name + " is closed");
    }
  }

  /**
   * Keeps the file open for a call that ends later.
   *
   * @param durable whether it is a durable write
   * @return the descriptor for the call, valid until {@link #letGo}
   */
  public int hold(boolean durable) throws StoreException {
    enter();
    return durable ? durableFd : fd;
  }

  /** A call for which {@link #hold} kept the file open has ended. */
  public void letGo() {
    guard.exit();
  }

  /** Rejects further calls; the last one in progress closes the file and releases its lock. */
  @Override
  public void close() {
    guard.close();
  }

  private void release() {
    if (durableFd >= 0) {
      FileCalls.close(durableFd);
    }
    FileCalls.close(fd);
  }
}
