package org.dst.server.syscall;

import static org.dst.platform.syscall.NativeLinker.INT;
import static org.dst.platform.syscall.NativeLinker.LONG;
import static org.dst.platform.syscall.NativeLinker.POINTER;
import static org.dst.platform.syscall.NativeLinker.function;
import static org.dst.platform.syscall.NativeLinker.unexpected;

import java.lang.invoke.MethodHandle;
import org.dst.platform.syscall.Errno;

/**
 * Calls that move or place the bytes of a file. Each answers what the kernel does, a negative
 * {@link Errno} for an error; none is repeated after EINTR or a short transfer. Addresses must stay
 * valid for the call; lengths and offsets are in bytes.
 */
public final class DataCalls {
  /** preadv2: fail with EAGAIN rather than wait for the medium (linux/fs.h). */
  public static final int RWF_NOWAIT = 8;

  /** pwritev2: as if the file had been opened with O_DSYNC, for this call. */
  public static final int RWF_DSYNC = 2;

  /** fallocate: the file's size stays what it is. */
  public static final int KEEP_SIZE = 1;

  /** fallocate: gives the range back; it reads as zeroes. Needs {@link #KEEP_SIZE}. */
  public static final int PUNCH_HOLE = 2;

  /** fallocate: the range reads as zeroes and stays allocated. */
  public static final int ZERO_RANGE = 16;

  /** lseek: from the end of the file. */
  public static final int SEEK_END = 2;

  /** lseek: the next byte that is not in a hole; ENXIO if there is none. */
  public static final int SEEK_DATA = 3;

  /** lseek: the next byte that is in a hole; the end of the file is one. */
  public static final int SEEK_HOLE = 4;

  private static final int SYNC_FILE_RANGE_WRITE = 2;
  private static final int POSIX_FADV_WILLNEED = 3;

  private static final MethodHandle PREAD = function("pread", LONG, INT, POINTER, LONG, LONG);
  private static final MethodHandle PWRITE = function("pwrite", LONG, INT, POINTER, LONG, LONG);
  private static final MethodHandle PREADV2 =
      function("preadv2", LONG, INT, POINTER, INT, LONG, INT);
  private static final MethodHandle PWRITEV2 =
      function("pwritev2", LONG, INT, POINTER, INT, LONG, INT);
  private static final MethodHandle FDATASYNC = function("fdatasync", INT, INT);
  private static final MethodHandle FALLOCATE = function("fallocate", INT, INT, INT, LONG, LONG);
  private static final MethodHandle LSEEK = function("lseek", LONG, INT, LONG, INT);
  private static final MethodHandle SYNC_FILE_RANGE =
      function("sync_file_range", INT, INT, LONG, LONG, INT);
  private static final MethodHandle POSIX_FADVISE =
      function("posix_fadvise", INT, INT, LONG, LONG, INT);

  private DataCalls() {}

  /** pread(2). */
  public static long pread(int fd, long address, long length, long offset) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((long) PREAD.invokeExact(scratch.errno, fd, address, length, offset));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** preadv2(2) into one buffer. */
  public static long pread(int fd, long address, long length, long offset, int flags) {
    Scratch scratch = Scratch.get();
    scratch.vector(address, length);
    try {
      return scratch.result(
          (long) PREADV2.invokeExact(scratch.errno, fd, scratch.address, 1, offset, flags));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** pwrite(2). */
  public static long pwrite(int fd, long address, long length, long offset) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((long) PWRITE.invokeExact(scratch.errno, fd, address, length, offset));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** pwritev2(2) of one buffer. */
  public static long pwrite(int fd, long address, long length, long offset, int flags) {
    Scratch scratch = Scratch.get();
    scratch.vector(address, length);
    try {
      return scratch.result(
          (long) PWRITEV2.invokeExact(scratch.errno, fd, scratch.address, 1, offset, flags));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** fdatasync(2). */
  public static long fdatasync(int fd) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((int) FDATASYNC.invokeExact(scratch.errno, fd));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** fallocate(2). */
  public static long fallocate(int fd, int mode, long offset, long length) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((int) FALLOCATE.invokeExact(scratch.errno, fd, mode, offset, length));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** lseek(2); moves the descriptor's position, which none of the other calls use. */
  public static long lseek(int fd, long offset, int whence) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((long) LSEEK.invokeExact(scratch.errno, fd, offset, whence));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** sync_file_range(2) with SYNC_FILE_RANGE_WRITE: starts write-back, waits for nothing. */
  public static long startWriteBack(int fd, long offset, long length) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result(
          (int)
              SYNC_FILE_RANGE.invokeExact(
                  scratch.errno, fd, offset, length, SYNC_FILE_RANGE_WRITE));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** posix_fadvise(2) with POSIX_FADV_WILLNEED. */
  public static long willNeed(int fd, long offset, long length) {
    Scratch scratch = Scratch.get();
    try {
      // The one call here that returns its error number and leaves errno alone.
      return -(int)
          POSIX_FADVISE.invokeExact(scratch.errno, fd, offset, length, POSIX_FADV_WILLNEED);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }
}
