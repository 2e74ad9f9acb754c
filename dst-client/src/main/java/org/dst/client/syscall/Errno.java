package org.dst.client.syscall;

/** Error numbers of Linux that somebody reacts to, the same on x86-64 and aarch64. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EAGAIN = 11;
  public static final int EBUSY = 16;
  public static final int EINVAL = 22;
  public static final int ENOBUFS = 105;

  private Errno() {}
}
