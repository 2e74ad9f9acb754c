package org.dst.server.store.descriptor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.dst.protocol.Status;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.syscall.DataCalls;
import org.dst.server.syscall.DeviceCalls;
import org.dst.server.syscall.FileCalls;
import org.dst.server.syscall.FileStatus;

/**
 * The alignment that direct I/O requires of a file (O_DIRECT of open(2)): the kernel rejects
 * unaligned requests with EINVAL.
 *
 * @param memory the alignment of buffer addresses, in bytes; a power of two
 * @param block the alignment of offsets and lengths, in bytes; a power of two
 */
public record DirectIo(int memory, int block) {
  /** Buffered I/O, which requires no alignment. */
  static final DirectIo NONE = new DirectIo(1, 1);

  private static final long TMPFS = 0x01021994;
  private static final long RAMFS = 0x858458f6L;
  private static final long HUGETLBFS = 0x958458f6L;

  /** Where neither kernel nor device tells: no disk has had larger blocks so far. */
  private static final int USUAL = 4096;

  private static final int MOST = StoreOptions.MAX_MIN_BLOCK;

  /** Whether direct I/O is on. */
  public boolean isOn() {
    return this != NONE;
  }

  /** Whether a range has whole blocks only. */
  public boolean isAligned(long offset, long length) {
    return ((offset | length) & block - 1) == 0;
  }

  /** Whether the kernel takes a buffer at this address. */
  boolean isAligned(long address) {
    return (address & memory - 1) == 0;
  }

  /**
   * Turns on direct I/O for an open file and determines the alignment that it requires.
   *
   * @throws StoreException if the file does not support it
   */
  static DirectIo enable(int fd, String name) throws StoreException {
    long type = FileCalls.fileSystem(fd);
    FileStatus status = status(fd, name);
    if (!status.isBlockDevice() && (type == TMPFS || type == RAMFS || type == HUGETLBFS)) {
      throw refused(name, "is in memory, on a file system without a medium");
    }
    long result = FileCalls.makeDirect(fd);
    if (result == -Errno.EINVAL) {
      throw refused(name, "is on a file system that has no direct I/O (O_DIRECT)");
    }
    if (result < 0) {
      throw ErrnoMapping.whole("direct I/O", name, result);
    }
    return checked(name, units(fd, status));
  }

  private static FileStatus status(int fd, String name) throws StoreException {
    try {
      return FileCalls.status(fd);
    } catch (ErrnoException e) {
      throw ErrnoMapping.whole("statx", name, -e.errno());
    }
  }

  private static DirectIo units(int fd, FileStatus status) {
    if (status.direct() != null) {
      return new DirectIo(status.direct().memory(), status.direct().block());
    }
    int block;
    if (status.isBlockDevice()) {
      block = (int) DeviceCalls.logicalBlock(fd);
    } else {
      int device = (int) new QueueLimits(status.device()).logicalBlock();
      block = probe(fd, device == 0 ? USUAL : device);
    }
    return new DirectIo(block, block);
  }

  /**
   * The smallest read that works, from {@code least} on. A hole takes any, so this cannot find what
   * the device alone demands.
   */
  private static int probe(int fd, int least) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(MOST, MOST);
      int block = least;
      while (block < MOST && DataCalls.pread(fd, memory.address(), block, 0) == -Errno.EINVAL) {
        block *= 2;
      }
      return block;
    }
  }

  private static DirectIo checked(String name, DirectIo found) throws StoreException {
    if (found.block <= 0 || found.memory <= 0) {
      throw refused(name, "cannot have direct I/O (O_DIRECT), its file system says");
    }
    if (Integer.bitCount(found.block) != 1
        || Integer.bitCount(found.memory) != 1
        || found.block > MOST
        || found.memory > MOST) {
      throw refused(
          name,
          "wants direct I/O in blocks of %d bytes, from memory at multiples of %d (expected: powers"
                  .formatted(found.block, found.memory)
              + " of two up to "
              + MOST
              + ")");
    }
    return found;
  }

  private static StoreException refused(String name, String why) {
    return new StoreException(
        Status.NOT_SUPPORTED, name + " " + why + "; export it without the option direct");
  }
}
