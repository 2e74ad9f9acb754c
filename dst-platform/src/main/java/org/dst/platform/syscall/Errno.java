package org.dst.platform.syscall;

/**
 * Error numbers of Linux, the same on x86-64 and aarch64 (asm-generic/errno-base.h and errno.h).
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int ENOEXEC = 8;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOTTY = 25;
  public static final int ETXTBSY = 26;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int EPIPE = 32;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOLCK = 37;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int EPROTONOSUPPORT = 93;
  public static final int EOPNOTSUPP = 95;
  public static final int EAFNOSUPPORT = 97;
  public static final int ECONNRESET = 104;
  public static final int ENOBUFS = 105;
  public static final int ENOTCONN = 107;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;
  public static final int EALREADY = 114;
  public static final int EDQUOT = 122;
  public static final int ENOMEDIUM = 123;

  private Errno() {}

  /** An error number as text, with its symbol: {@code No space left on device (ENOSPC)}. */
  public static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "Operation not permitted (EPERM)";
      case ENOENT -> "No such file or directory (ENOENT)";
      case EINTR -> "Interrupted system call (EINTR)";
      case EIO -> "Input/output error (EIO)";
      case ENXIO -> "No such device or address (ENXIO)";
      case E2BIG -> "Argument list too long (E2BIG)";
      case ENOEXEC -> "Exec format error (ENOEXEC)";
      case EBADF -> "Bad file descriptor (EBADF)";
      case EAGAIN -> "Resource temporarily unavailable (EAGAIN)";
      case ENOMEM -> "Cannot allocate memory (ENOMEM)";
      case EACCES -> "Permission denied (EACCES)";
      case EBUSY -> "Device or resource busy (EBUSY)";
      case EEXIST -> "File exists (EEXIST)";
      case ENODEV -> "No such device (ENODEV)";
      case ENOTDIR -> "Not a directory (ENOTDIR)";
      case EISDIR -> "Is a directory (EISDIR)";
      case EINVAL -> "Invalid argument (EINVAL)";
      case ENFILE -> "Too many open files in system (ENFILE)";
      case EMFILE -> "Too many open files (EMFILE)";
      case ENOTTY -> "Inappropriate ioctl for device (ENOTTY)";
      case ETXTBSY -> "Text file busy (ETXTBSY)";
      case EFBIG -> "File too large (EFBIG)";
      case ENOSPC -> "No space left on device (ENOSPC)";
      case EROFS -> "Read-only file system (EROFS)";
      case EPIPE -> "Broken pipe (EPIPE)";
      case ENAMETOOLONG -> "File name too long (ENAMETOOLONG)";
      case ENOLCK -> "No locks available (ENOLCK)";
      case ENOSYS -> "Function not implemented (ENOSYS)";
      case ELOOP -> "Too many levels of symbolic links (ELOOP)";
      case EPROTONOSUPPORT -> "Protocol not supported (EPROTONOSUPPORT)";
      case EOPNOTSUPP -> "Operation not supported (EOPNOTSUPP)";
      case EAFNOSUPPORT -> "Address family not supported by protocol (EAFNOSUPPORT)";
      case ECONNRESET -> "Connection reset by peer (ECONNRESET)";
      case ENOBUFS -> "No buffer space available (ENOBUFS)";
      case ENOTCONN -> "Transport endpoint is not connected (ENOTCONN)";
      case ETIMEDOUT -> "Connection timed out (ETIMEDOUT)";
      case ECONNREFUSED -> "Connection refused (ECONNREFUSED)";
      case EALREADY -> "Operation already in progress (EALREADY)";
      case EDQUOT -> "Disk quota exceeded (EDQUOT)";
      case ENOMEDIUM -> "No medium found (ENOMEDIUM)";
      default -> "error number " + errno;
    };
  }
}
