package org.dst.server.syscall;

/**
 * Error numbers of Linux, the same on x86-64 and aarch64 (asm-generic/errno-base.h and errno.h).
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
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
  public static final int ENOLCK = 37;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int EOPNOTSUPP = 95;
  public static final int ENOMEDIUM = 123;
  public static final int EDQUOT = 122;

  private Errno() {}

  /** What the number means, for people, with its name: {@code No space left on device (ENOSPC)}. */
  public static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "Operation not permitted (EPERM)";
      case ENOENT -> "No such file or directory (ENOENT)";
      case EINTR -> "Interrupted system call (EINTR)";
      case EIO -> "Input/output error (EIO)";
      case ENXIO -> "No such device or address (ENXIO)";
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
      case ENOLCK -> "No locks available (ENOLCK)";
      case ENOSYS -> "Function not implemented (ENOSYS)";
      case ELOOP -> "Too many levels of symbolic links (ELOOP)";
      case EOPNOTSUPP -> "Operation not supported (EOPNOTSUPP)";
      case ENOMEDIUM -> "No medium found (ENOMEDIUM)";
      case EDQUOT -> "Disk quota exceeded (EDQUOT)";
      default -> "error number " + errno;
    };
  }
}
