package org.dst.server.syscall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DataCallsTest {
  private static final int SIZE = 100_000;

  @TempDir private Path directory;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(SIZE);
  private Path path;
  private int fd;

  @BeforeEach
  void open() {
    path = directory.resolve("fïle");
    fd = FileCalls.open(path.toString(), FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL);
    assertTrue(fd >= 0, () -> Errno.describe(-fd));
  }

  @AfterEach
  void close() {
    FileCalls.close(fd);
    arena.close();
  }

  @Test
  void shouldMoveBytesBothWays() throws IOException {
    memory.fill((byte) 'x');
    assertEquals(10, DataCalls.pwrite(fd, memory.address(), 10, 5));
    assertEquals(10, DataCalls.pwrite(fd, memory.address(), 10, 15, DataCalls.RWF_DSYNC));
    assertEquals("\0".repeat(5) + "x".repeat(20), Files.readString(path));
    memory.fill((byte) 0);
    assertEquals(21, DataCalls.pread(fd, memory.address(), SIZE, 4));
    assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals('x', memory.get(ValueLayout.JAVA_BYTE, 20));
    assertEquals(20, DataCalls.pread(fd, memory.address(), SIZE, 5, 0));
    assertEquals('x', memory.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(0, DataCalls.fdatasync(fd));
    assertEquals(0, FileCalls.fsync(fd));
  }

  @Test
  void shouldAnswerTheNegativeErrorNumber() {
    assertEquals(-Errno.EBADF, DataCalls.pread(-1, memory.address(), 1, 0));
    assertEquals(-Errno.EBADF, DataCalls.fdatasync(-1));
    assertEquals(-Errno.EBADF, DataCalls.willNeed(-1, 0, 1));
    assertEquals(-Errno.EINVAL, DataCalls.pwrite(fd, memory.address(), 1, -1));
    assertEquals(-Errno.ENXIO, DataCalls.lseek(fd, 0, DataCalls.SEEK_DATA));
    assertEquals(-Errno.ENOTTY, DeviceCalls.size(fd));
    assertEquals(-Errno.ENOENT, FileCalls.open(directory.resolve("none").toString(), 0));
    assertEquals(
        -Errno.EEXIST,
        FileCalls.open(path.toString(), FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_EXCL));
  }

  @Test
  void shouldMeasureFiles() throws IOException {
    assertEquals(0, FileCalls.truncate(fd, 1 << 20));
    assertEquals(10, DataCalls.pwrite(fd, memory.address(), 10, 0));
    assertEquals(0, DataCalls.fdatasync(fd));
    FileStatus status = FileCalls.status(fd);
    assertTrue(status.isRegular());
    assertEquals(1 << 20, status.size());
    assertTrue(status.allocated() > 0 && status.allocated() <= 128 << 10, status::toString);
    assertEquals(status, FileCalls.status(path.toString()));
    assertTrue(FileCalls.status(directory.toString()).isDirectory());
    ErrnoException missing =
        assertThrows(
            ErrnoException.class, () -> FileCalls.status(directory.resolve("none").toString()));
    assertEquals(Errno.ENOENT, missing.errno());
  }

  @Test
  void shouldNotWaitForWhatIsNotCached() {
    assertEquals(SIZE, DataCalls.pwrite(fd, memory.address(), SIZE, 0));
    assertEquals(0, DataCalls.fdatasync(fd));
    long cached = DataCalls.pread(fd, memory.address(), SIZE, 0, DataCalls.RWF_NOWAIT);
    // A file system may not promise not to wait, and another process may have emptied the cache.
    assertTrue(
        cached == SIZE || cached == -Errno.EAGAIN || cached == -Errno.EOPNOTSUPP,
        () -> "answered " + cached);
  }

  @Test
  void shouldLockAgainstOtherDescriptorsOfTheSameProcess() {
    int other = FileCalls.open(path.toString(), FileCalls.O_RDWR);
    assertEquals(0, FileCalls.lock(fd, false));
    assertEquals(0, FileCalls.lock(other, false));
    assertEquals(-Errno.EAGAIN, FileCalls.lock(other, true));
    assertEquals(0, FileCalls.close(other));
    assertEquals(0, FileCalls.lock(fd, true));
  }

  @Test
  void shouldNameErrorsForPeople() {
    assertEquals("No space left on device (ENOSPC)", Errno.describe(Errno.ENOSPC));
    assertEquals("error number 4095", Errno.describe(4095));
  }
}
