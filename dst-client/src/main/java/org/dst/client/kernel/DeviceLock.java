package org.dst.client.kernel;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to serve one device, which ends with the process: a locked file. Two attachments of the
 * same store, read-only ones for instance, tell by it a device that was left behind from one that
 * lives.
 */
final class DeviceLock implements AutoCloseable {
  private final FileChannel channel;

  private DeviceLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the right; null if a living process has it. */
  static DeviceLock take(Path directory, int index) throws IOException {
    Path file = directory.resolve("nbd" + index + ".lock");
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      return lock(channel);
    } catch (IOException failed) {
      throw new IOException(
          "cannot lock %s: %s; choose another directory with --state-dir".formatted(file, failed),
          failed);
    }
  }

  private static DeviceLock lock(FileChannel channel) throws IOException {
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
      return locked ? new DeviceLock(channel) : null;
    } catch (OverlappingFileLockException ours) {
      return null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
