package org.dst.server.store.descriptor;

import org.dst.platform.syscall.Errno;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;

/** Maps errno values to statuses and messages. */
public final class ErrnoMapping {
  private ErrnoMapping() {}

  /**
   * The status for an errno value.
   *
   * @param errno a positive {@link Errno}
   */
  public static Status status(int errno) {
    return switch (errno) {
      case Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG -> Status.NO_SPACE;
      case Errno.EROFS, Errno.EPERM, Errno.EACCES, Errno.EBADF -> Status.NOT_PERMITTED;
      case Errno.EOPNOTSUPP, Errno.ENOSYS -> Status.NOT_SUPPORTED;
      case Errno.ENOMEM -> Status.NO_MEMORY;
      case Errno.EINVAL -> Status.INVALID;
      default -> Status.IO_ERROR;
    };
  }

  /**
   * An operation on a range failed.
   *
   * @param result what the call answered: a negative {@link Errno}
   */
  public static StoreException range(
      String what, long offset, long length, String name, long result) {
    int errno = (int) -result;
    return new StoreException(
        status(errno),
        what
            + " of "
            + length
            + " bytes at "
            + offset
            + " of "
            + name
            + ": "
            + Errno.describe(errno),
        true);
  }

  /** An operation on the whole store failed. */
  public static StoreException whole(String what, String name, long result) {
    int errno = (int) -result;
    return new StoreException(
        status(errno), what + " of " + name + ": " + Errno.describe(errno), true);
  }

  /**
   * A file ended inside a read.
   *
   * @param done the number of bytes read
   */
  public static StoreException truncated(long offset, long length, String name, long done) {
    return new StoreException(
        Status.IO_ERROR,
        name
            + " ends at "
            + (offset + done)
            + ", inside a read of "
            + length
            + " bytes at "
            + offset
            + "; was it truncated while it is served?");
  }
}
