package org.dst.server.store.open;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.descriptor.ErrnoMapping;
import org.dst.server.store.descriptor.GuardedFile;
import org.dst.server.store.descriptor.Preallocation;
import org.dst.server.syscall.FileCalls;
import org.dst.server.syscall.FileStatus;

/**
 * Opens and locks a regular file or a block device, with error messages that say what to do. Single
 * use; blocks.
 */
final class PathOpener {
  private final String path;
  private final StoreOptions options;

  PathOpener(String path, StoreOptions options) {
    this.path = path;
    this.options = options;
  }

  /** The store, which owns the descriptor and the lock. */
  BlockStore open() throws StoreException {
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      throw new StoreException(Status.INVALID, "\"" + path + "\" is not a path");
    }
    GuardedFile file = lockedDescriptor();
    try {
      // What was opened decides, not what the path led to before.
      FileStatus status = file.status();
      checkType(status);
      if (options.preallocate()) {
        preallocate(file, status);
      }
      return status.isRegular()
          ? Stores.file(file, status, options)
          : Stores.device(file, status, options);
    } catch (StoreException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void preallocate(GuardedFile file, FileStatus status) throws StoreException {
    if (status.isBlockDevice()) {
      throw new StoreException(
          Status.NOT_SUPPORTED,
          path + " is a block device, which has its space already; preallocate is for files");
    }
    long served = options.sizeLimit() == 0 ? status.size() : options.sizeLimit();
    Preallocation.of(file, Math.min(served, status.size()));
  }

  private GuardedFile lockedDescriptor() throws StoreException {
    FileStatus status;
    try {
      status = FileCalls.status(path);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT && options.createSize() > 0) {
        return create();
      }
      throw refused(e.errno());
    }
    checkType(status);
    return existing(status.isBlockDevice());
  }

  /** Refuses what opening could hang on or change, a FIFO or a tape for instance. */
  private void checkType(FileStatus status) throws StoreException {
    if (status.isDirectory()) {
      throw new StoreException(
          Status.INVALID, path + " is a directory; name a file in it, or a block device");
    }
    if (!status.isRegular() && !status.isBlockDevice()) {
      throw new StoreException(
          Status.INVALID, path + " is neither a regular file nor a block device");
    }
  }

  private GuardedFile existing(boolean device) throws StoreException {
    int flags = options.readOnly() ? FileCalls.O_RDONLY : FileCalls.O_RDWR;
    if (device && !options.readOnly()) {
      flags |= FileCalls.O_EXCL; // claims it against mounts, RAID and the like (open(2))
    }
    int fd = FileCalls.open(path, flags);
    if (fd < 0) {
      throw refused(-fd);
    }
    return locked(fd);
  }

  private GuardedFile create() throws StoreException {
    int fd = FileCalls.open(path, FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL);
    if (fd < 0) {
      throw refused(-fd);
    }
    GuardedFile file;
    try {
      file = locked(fd);
    } catch (StoreException e) {
      remove();
      throw e;
    }
    try {
      long result = file.call(open -> FileCalls.truncate(open, options.createSize()));
      if (result >= 0 && options.preallocate()) {
        Preallocation.of(file, options.createSize());
      }
      result = result < 0 ? result : file.call(FileCalls::fsync);
      if (result < 0) {
        throw ErrnoMapping.whole("creation", path, result);
      }
      syncDirectory();
      return file;
    } catch (StoreException e) {
      file.close();
      remove();
      throw e;
    }
  }

  /** Makes the new file's name durable; a disk that is gone after a power loss is no disk. */
  private void syncDirectory() throws StoreException {
    Path directory = Path.of(path).toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new StoreException(Status.IO_ERROR, "sync of " + directory + ": " + e.getMessage());
    }
  }

  private void remove() {
    try {
      Files.deleteIfExists(Path.of(path));
    } catch (IOException e) {
      // Nothing is lost by an empty file that stays; the caller tells of the first error.
    }
  }

  private GuardedFile locked(int fd) throws StoreException {
    long result = FileCalls.lock(fd, !options.readOnly());
    if (result < 0) {
      FileCalls.close(fd);
      throw notLocked(-(int) result);
    }
    return new GuardedFile(fd, path, !options.readOnly(), options.direct());
  }

  private StoreException notLocked(int errno) {
    if (errno == Errno.EAGAIN || errno == Errno.EACCES) {
      return new StoreException(
          Status.NOT_PERMITTED,
          path
              + " is locked by another export or another process; stop the one that uses it"
              + " (fuser -v, lslocks), or export it read-only on both sides");
    }
    return new StoreException(
        ErrnoMapping.status(errno),
        path
            + " cannot be locked: "
            + Errno.describe(errno)
            + "; put it on a file system that has locks");
  }

  private StoreException refused(int errno) {
    String what =
        switch (errno) {
          case Errno.ENOENT, Errno.ENOTDIR ->
              "does not exist; create it first (truncate -s 1G …) or check the path";
          case Errno.EACCES, Errno.EPERM ->
              (options.readOnly()
                      ? "may not be read; run as a user who may: "
                      : "may not be written; export it read-only, or run as a user who may: ")
                  + Errno.describe(errno);
          case Errno.EROFS -> "is on a read-only file system; export it read-only";
          case Errno.EBUSY ->
              "is in use by this system: mounted, swap, or part of another device; release it"
                  + " first, or export it read-only";
          case Errno.ETXTBSY -> "is in use as a program or as swap; release it first";
          case Errno.EEXIST -> "was created by another process just now; try again";
          case Errno.ENXIO, Errno.ENODEV, Errno.ENOMEDIUM -> "has no device or medium behind it";
          default -> "cannot be opened: " + Errno.describe(errno);
        };
    Status status = errno == Errno.ENOENT ? Status.INVALID : ErrnoMapping.status(errno);
    return new StoreException(status, path + " " + what);
  }
}
