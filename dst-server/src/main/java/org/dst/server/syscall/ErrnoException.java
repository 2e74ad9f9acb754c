package org.dst.server.syscall;

import java.io.IOException;

/** A call away from the hot path failed. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1;

  private final int errno;

  ErrnoException(long result) {
    super(Errno.describe((int) -result));
    errno = (int) -result;
  }

  /** The positive {@link Errno}. */
  public int errno() {
    return errno;
  }
}
