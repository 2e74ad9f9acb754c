package org.dst.client.syscall;

import java.io.IOException;

/** A system call failed; the message is libc's. */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1;

  private final int errno;

  /** A failure with this positive error number. */
  public ErrnoException(int errno) {
    this.errno = errno;
  }

  /** What libc says; made when it is wanted, for most of these are reacted to and not shown. */
  @Override
  public String getMessage() {
    return NativeFunction.describe(errno);
  }

  /** The positive error number, see {@link Errno}. */
  public int errno() {
    return errno;
  }
}
