package org.dst.server.syscall;

import static org.dst.platform.syscall.NativeLinker.INT;
import static org.dst.platform.syscall.NativeLinker.LONG;
import static org.dst.platform.syscall.NativeLinker.POINTER;
import static org.dst.platform.syscall.NativeLinker.function;
import static org.dst.platform.syscall.NativeLinker.unexpected;
import static org.dst.platform.syscall.NativeLinker.variadic;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;

/**
 * Calls that open, lock, measure and close files. Each answers what the kernel does, a negative
 * {@link Errno} for an error, unless it says otherwise.
 */
public final class FileCalls {
  // The flags of open that DST needs have the same values on x86-64 and aarch64; not all have.
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;

  /** With {@link #O_CREAT}: fail if it exists. Without, on a block device: fail if it is in use. */
  public static final int O_EXCL = 0200;

  private static final int O_CLOEXEC = 02000000;
  private static final int O_DIRECT =
      System.getProperty("os.arch").equals("aarch64") ? 0200000 : 040000;
  private static final int OWNER_READ_WRITE = 0600;

  private static final int F_SETFL = 4;
  private static final int F_OFD_SETLK = 37;
  private static final int F_OFD_SETLKW = 38;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;

  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STATX_BTIME = 0x800;
  private static final int STATX_DIOALIGN = 0x2000;
  private static final int MFD_CLOEXEC = 1;

  private static final MethodHandle OPEN = variadic("open", INT, POINTER, INT, INT);
  private static final MethodHandle CLOSE = function("close", INT, INT);
  private static final MethodHandle FCNTL = variadic("fcntl", INT, INT, INT, POINTER);
  private static final MethodHandle FTRUNCATE = function("ftruncate", INT, INT, LONG);
  private static final MethodHandle FSYNC = function("fsync", INT, INT);
  private static final MethodHandle MEMFD_CREATE = function("memfd_create", INT, POINTER, INT);
  private static final MethodHandle FSTATFS = function("fstatfs", INT, INT, POINTER);
  private static final MethodHandle STATX = function("statx", INT, INT, POINTER, INT, INT, POINTER);

  private FileCalls() {}

  /**
   * open(2), always close-on-exec; a file that is created is its owner's only.
   *
   * @return the descriptor, or a negative {@link Errno}
   */
  public static int open(String path, int flags) {
    Scratch scratch = Scratch.get();
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(path).address();
      return (int)
          scratch.result(
              (int) OPEN.invokeExact(scratch.errno, name, flags | O_CLOEXEC, OWNER_READ_WRITE));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * memfd_create(2): a file that lives in memory only.
   *
   * @return the descriptor, or a negative {@link Errno}
   */
  public static int createMemory(String name) {
    Scratch scratch = Scratch.get();
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocateFrom(name).address();
      return (int)
          scratch.result((int) MEMFD_CREATE.invokeExact(scratch.errno, address, MFD_CLOEXEC));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** close(2); the descriptor is gone whatever the answer. */
  public static long close(int fd) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((int) CLOSE.invokeExact(scratch.errno, fd));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** ftruncate(2). */
  public static long truncate(int fd, long size) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((int) FTRUNCATE.invokeExact(scratch.errno, fd, size));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** fsync(2), for what fdatasync leaves out: sizes, names in directories. */
  public static long fsync(int fd) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((int) FSYNC.invokeExact(scratch.errno, fd));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Locks the whole file, without waiting, by F_OFD_SETLK of fcntl(2): the lock belongs to the open
   * file, so it excludes other descriptors of this process too, and closing some other descriptor
   * of the same file does not drop it.
   *
   * @param exclusive against everybody, or only against those who want it exclusively
   * @return 0, {@code -EAGAIN} if it is locked already, or another negative {@link Errno}
   */
  public static long lock(int fd, boolean exclusive) {
    return lock(fd, F_OFD_SETLK, exclusive);
  }

  /** As {@link #lock(int, boolean)}, exclusively, but waits until whoever has it lets go. */
  public static long awaitLock(int fd) {
    return lock(fd, F_OFD_SETLKW, true);
  }

  private static long lock(int fd, int command, boolean exclusive) {
    Scratch scratch = Scratch.get();
    // struct flock: l_type, l_whence, padding, l_start, l_len (0 is to the end), l_pid, padding.
    scratch.structure.asSlice(0, 32).fill((byte) 0);
    scratch.structure.set(ValueLayout.JAVA_SHORT, 0, exclusive ? F_WRLCK : F_RDLCK);
    try {
      return scratch.result((int) FCNTL.invokeExact(scratch.errno, fd, command, scratch.address));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Sends the I/O of an open file past the page cache, by F_SETFL of fcntl(2); other status flags
   * are cleared.
   *
   * @return 0, or {@code -EINVAL} if its file system cannot do that
   */
  public static long makeDirect(int fd) {
    Scratch scratch = Scratch.get();
    try {
      return scratch.result((int) FCNTL.invokeExact(scratch.errno, fd, F_SETFL, (long) O_DIRECT));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * The type of the file system that an open file is on: a magic number of fstatfs(2), or a
   * negative {@link Errno}.
   */
  public static long fileSystem(int fd) {
    Scratch scratch = Scratch.get();
    try {
      long result = scratch.result((int) FSTATFS.invokeExact(scratch.errno, fd, scratch.address));
      return result < 0 ? result : scratch.structure.get(ValueLayout.JAVA_LONG, 0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** statx(2) of what a path leads to. */
  public static FileStatus status(String path) throws ErrnoException {
    return status(AT_FDCWD, path, 0);
  }

  /** statx(2) of an open file. */
  public static FileStatus status(int fd) throws ErrnoException {
    return status(fd, "", AT_EMPTY_PATH);
  }

  private static FileStatus status(int directory, String path, int flags) throws ErrnoException {
    Scratch scratch = Scratch.get();
    long result;
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(path).address();
      result =
          scratch.result(
              (int)
                  STATX.invokeExact(
                      scratch.errno,
                      directory,
                      name,
                      flags,
                      STATX_BASIC_STATS | STATX_BTIME | STATX_DIOALIGN,
                      scratch.address));
    } catch (Throwable e) {
      throw unexpected(e);
    }
    if (result < 0) {
      throw new ErrnoException((int) -result);
    }
    return FileStatus.of(scratch.structure);
  }
}
