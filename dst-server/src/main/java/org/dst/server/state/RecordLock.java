package org.dst.server.state;

import java.io.IOException;
import java.nio.file.Path;
import org.dst.platform.syscall.Errno;
import org.dst.server.syscall.FileCalls;

/** A file lock that the kernel releases when its owner dies. */
final class RecordLock implements AutoCloseable {
  private final int fd;

  private RecordLock(int fd) {
    this.fd = fd;
  }

  /** Waits for the lock, which is only ever held for moments. */
  static RecordLock await(Path file) throws IOException {
    int fd = open(file);
    long result;
    do {
      result = FileCalls.awaitLock(fd);
    } while (result == -Errno.EINTR);
    return checked(file, fd, result);
  }

  /**
   * Takes the lock without waiting.
   *
   * @param exclusive false to share it with others that do not want it exclusively
   * @return null if another process holds it
   */
  static RecordLock tryTake(Path file, boolean exclusive) throws IOException {
    int fd = open(file);
    long result = FileCalls.lock(fd, exclusive);
    if (result == -Errno.EAGAIN || result == -Errno.EACCES) {
      FileCalls.close(fd);
      return null;
    }
    return checked(file, fd, result);
  }

  private static int open(Path file) throws IOException {
    int fd = FileCalls.open(file.toString(), FileCalls.O_RDWR | FileCalls.O_CREAT);
    if (fd < 0) {
      throw new IOException(file + ": " + Errno.describe(-fd));
    }
    return fd;
  }

  private static RecordLock checked(Path file, int fd, long result) throws IOException {
    if (result < 0) {
      FileCalls.close(fd);
      throw new IOException(file + " cannot be locked: " + Errno.describe((int) -result));
    }
    return new RecordLock(fd);
  }

  /** Gives it up. Once. */
  @Override
  public void close() {
    FileCalls.close(fd);
  }
}
