package org.dst.server.store.open;

import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Ranges;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.descriptor.ErrnoMapping;
import org.dst.server.store.descriptor.GuardedFile;
import org.dst.server.store.descriptor.Preallocation;
import org.dst.server.store.descriptor.QueueLimits;
import org.dst.server.store.file.DeviceStore;
import org.dst.server.store.file.FileStore;
import org.dst.server.store.file.MemoryStore;
import org.dst.server.syscall.DeviceCalls;
import org.dst.server.syscall.FileCalls;
import org.dst.server.syscall.FileStatus;

/** Opens a store by its location: {@code mem:SIZE}, a regular file or a block device. */
public final class Stores {
  private static final String MEMORY = "mem:";
  private static final int PAGE = 4096;

  private Stores() {}

  /**
   * Opens and locks a store. Blocks.
   *
   * @param location {@code mem:1G}, {@code mem:}, or the path of a regular file or a block device
   * @throws StoreException with a message that names the location and says what to do
   */
  public static BlockStore open(String location, StoreOptions options) throws StoreException {
    if (location.startsWith(MEMORY)) {
      return memory(location, options);
    }
    return new PathOpener(location, options).open();
  }

  private static BlockStore memory(String location, StoreOptions options) throws StoreException {
    if (options.direct()) {
      throw new StoreException(
          Status.NOT_SUPPORTED, location + ": memory has no cache that direct could go past");
    }
    long size;
    try {
      size = memorySize(location);
    } catch (IllegalArgumentException e) {
      throw new StoreException(Status.INVALID, location + ": " + e.getMessage());
    }
    int minBlock = Math.max(1, options.minBlock());
    long served = served(location, size, minBlock, options);
    int fd = FileCalls.createMemory("dst");
    if (fd < 0) {
      throw ErrnoMapping.whole("memory", location, fd);
    }
    long result = FileCalls.truncate(fd, size);
    if (result < 0) {
      FileCalls.close(fd);
      throw ErrnoMapping.whole("size", location, result);
    }
    int preferred = preferred(options, minBlock, PAGE);
    StoreInfo info =
        new StoreInfo(
            "memory", location, served, minBlock, preferred, options.readOnly(), false, true, true);
    GuardedFile file = new GuardedFile(fd, location, false, false);
    if (options.preallocate()) {
      try {
        Preallocation.of(file, served);
      } catch (StoreException e) {
        file.close();
        throw e;
      }
    }
    return new MemoryStore(file, info, limit(options), options.preallocate());
  }

  /**
   * The size in {@code mem:SIZE}; without one it is half of the memory that there is, as for a
   * tmpfs (tmpfs(5)).
   *
   * @throws IllegalArgumentException with a message for the operator, if it is no size
   */
  public static long memorySize(String location) {
    String size = location.substring(MEMORY.length());
    return size.isEmpty() ? AvailableMemory.half() : SizeFormat.parse(size);
  }

  /** A store on a regular file that is open and locked. */
  static BlockStore file(GuardedFile file, FileStatus status, StoreOptions options)
      throws StoreException {
    int minBlock = minBlock(file, options, 1);
    boolean punches = !options.readOnly() && FileStore.punches(file, status.size());
    StoreInfo info =
        new StoreInfo(
            "file",
            file.name(),
            served(file.name(), status.size(), minBlock, options),
            minBlock,
            preferred(options, minBlock, status.blockSize()),
            options.readOnly(),
            new QueueLimits(status.device()).rotational(),
            punches,
            punches);
    return new FileStore(file, info, limit(options), options.preallocate());
  }

  /** A store on a block device that is open and locked. */
  static BlockStore device(GuardedFile file, FileStatus status, StoreOptions options)
      throws StoreException {
    long size = ask(file, "size", DeviceCalls::size);
    int sector = (int) ask(file, "logical block", DeviceCalls::logicalBlock);
    int physical = (int) ask(file, "physical block", DeviceCalls::physicalBlock);
    boolean readOnly = options.readOnly();
    // Some drivers, loop for one, let a read-only device be opened for writing.
    if (!readOnly && ask(file, "access", DeviceCalls::readOnly) != 0) {
      throw new StoreException(
          Status.NOT_PERMITTED, file.name() + " is a read-only device; export it read-only");
    }
    int minBlock = minBlock(file, options, sector);
    QueueLimits queue = new QueueLimits(status.node());
    StoreInfo info =
        new StoreInfo(
            "device",
            file.name(),
            served(file.name(), size, minBlock, options),
            minBlock,
            preferred(options, minBlock, physical),
            readOnly,
            ask(file, "rotation", DeviceCalls::rotational) != 0,
            !readOnly && queue.discardBytes() > 0,
            !readOnly && queue.zeroBytes() > 0);
    return new DeviceStore(file, info, limit(options), sector, queue.zeroBytes() > 0);
  }

  private static long ask(GuardedFile file, String what, GuardedFile.Call call)
      throws StoreException {
    long answer = file.call(call);
    if (answer < 0) {
      throw ErrnoMapping.whole(what, file.name(), answer);
    }
    return answer;
  }

  private static long limit(StoreOptions options) {
    return options.sizeLimit() == 0 ? Long.MAX_VALUE : options.sizeLimit();
  }

  /** What suits the file, or what was asked if direct I/O can have that. */
  private static int minBlock(GuardedFile file, StoreOptions options, int suited)
      throws StoreException {
    int direct = file.direct().block();
    int asked = options.minBlock();
    if (asked != 0 && asked < direct) {
      throw new StoreException(
          Status.INVALID,
          file.name()
              + " has direct I/O in blocks of "
              + direct
              + "; a minimum block of "
              + asked
              + " is too small (expected: >= "
              + direct
              + ")");
    }
    return asked == 0 ? Math.max(suited, direct) : asked;
  }

  private static int preferred(StoreOptions options, int minBlock, int suited) {
    if (options.preferredBlock() != 0) {
      return Math.max(minBlock, options.preferredBlock());
    }
    return Math.max(minBlock, Math.max(PAGE, Integer.highestOneBit(suited)));
  }

  /** The bytes that are served: whole blocks, inside the limit, at least one. */
  private static long served(String name, long size, int minBlock, StoreOptions options)
      throws StoreException {
    long served = Ranges.down(Math.min(size, limit(options)), minBlock);
    if (size == 0) {
      throw new StoreException(
          Status.INVALID, name + " is empty; give it a size first (truncate -s 1G …)");
    }
    if (served == 0) {
      throw new StoreException(
          Status.INVALID,
          name
              + ": "
              + size
              + " bytes, limit "
              + limit(options)
              + " (expected: at least one block of "
              + minBlock
              + ")");
    }
    return served;
  }
}
