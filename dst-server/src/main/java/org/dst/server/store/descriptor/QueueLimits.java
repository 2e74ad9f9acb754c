package org.dst.server.store.descriptor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.server.syscall.FileStatus.DeviceNumber;

/**
 * The limits of a device's request queue, from /sys/dev/block/MAJOR:MINOR/queue
 * (Documentation/ABI/stable/sysfs-block). 0 where the kernel says nothing.
 */
public final class QueueLimits {
  private final Path queue;

  public QueueLimits(DeviceNumber device) {
    Path directory = Path.of("/sys/dev/block/" + device.major() + ":" + device.minor());
    Path own = directory.resolve("queue");
    // A partition has no queue; it uses that of its disk, the directory above its own.
    queue = Files.isDirectory(own) ? own : real(directory).resolveSibling("queue");
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      return directory; // tmpfs and others have no device, and so no directory here
    }
  }

  /** Whether seeks cost time. */
  public boolean rotational() {
    return number("rotational") == 1;
  }

  /** Bytes of a logical block, the smallest addressable unit. */
  long logicalBlock() {
    return number("logical_block_size");
  }

  /** Bytes that one discard can cover; 0 if the device does not discard. */
  public long discardBytes() {
    return number("discard_max_bytes");
  }

  /** Bytes that one request can zero; 0 if zeroes must be sent to the device. */
  public long zeroBytes() {
    return number("write_zeroes_max_bytes");
  }

  private long number(String attribute) {
    try {
      return Long.parseUnsignedLong(Files.readString(queue.resolve(attribute)).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
