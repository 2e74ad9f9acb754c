package org.dst.platform.syscall;

import java.io.IOException;

/** A system call off the hot path failed. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1;

  private final int errno;

  /** A failure with this positive error number. */
  public ErrnoException(int errno) {
    super(Errno.describe(errno));
    this.errno = errno;
  }

  /** The positive error number, see {@link Errno}. */
  public int errno() {
    return errno;
  }
}
