package org.dst.server.syscall;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;

/**
 * What statx(2) says about an open file.
 *
 * @param mode type and permissions
 * @param links names that it has; 0 of an open file that was deleted
 * @param inode its number on {@code device}
 * @param blockSize bytes that suit I/O best, as the file system sees it
 * @param size bytes
 * @param allocated bytes that are allocated for it on the medium
 * @param device major and minor number of what the file is on
 * @param node major and minor number of the device that the file is, if it is one
 * @param direct what direct I/O has to be aligned to; null if the kernel does not tell
 * @param birth when it was made; null if the file system does not tell
 */
public record FileStatus(
    int mode,
    int links,
    long inode,
    int blockSize,
    long size,
    long allocated,
    DeviceNumber device,
    DeviceNumber node,
    DirectUnits direct,
    Instant birth) {
  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int REGULAR = 0100000;
  private static final int SECTOR = 512;
  private static final int STATX_BTIME = 0x800;
  private static final int STATX_DIOALIGN = 0x2000;

  /** A device as the kernel numbers it; names its directory in /sys/dev/block. */
  public record DeviceNumber(int major, int minor) {}

  /**
   * What direct I/O has to be aligned to, in bytes; 0 of both where the file cannot have it.
   *
   * @param memory addresses of buffers
   * @param block offsets and lengths
   */
  public record DirectUnits(int memory, int block) {}

  /** Reads struct statx, whose layout is the same on every architecture (linux/stat.h). */
  static FileStatus of(MemorySegment statx) {
    return new FileStatus(
        Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, 28)),
        statx.get(ValueLayout.JAVA_INT, 16),
        statx.get(ValueLayout.JAVA_LONG, 32),
        statx.get(ValueLayout.JAVA_INT, 4),
        statx.get(ValueLayout.JAVA_LONG, 40),
        statx.get(ValueLayout.JAVA_LONG, 48) * SECTOR,
        number(statx, 136),
        number(statx, 128),
        directUnits(statx),
        birth(statx));
  }

  private static Instant birth(MemorySegment statx) {
    boolean told = (statx.get(ValueLayout.JAVA_INT, 0) & STATX_BTIME) != 0;
    return told
        ? Instant.ofEpochSecond(
            statx.get(ValueLayout.JAVA_LONG, 80), statx.get(ValueLayout.JAVA_INT, 88))
        : null;
  }

  private static DirectUnits directUnits(MemorySegment statx) {
    boolean told = (statx.get(ValueLayout.JAVA_INT, 0) & STATX_DIOALIGN) != 0;
    return told
        ? new DirectUnits(
            statx.get(ValueLayout.JAVA_INT, 152), statx.get(ValueLayout.JAVA_INT, 156))
        : null;
  }

  private static DeviceNumber number(MemorySegment statx, long at) {
    return new DeviceNumber(
        statx.get(ValueLayout.JAVA_INT, at), statx.get(ValueLayout.JAVA_INT, at + Integer.BYTES));
  }

  /** Whether it is a regular file. */
  public boolean isRegular() {
    return (mode & TYPE) == REGULAR;
  }

  /** Whether it is a block device. */
  public boolean isBlockDevice() {
    return (mode & TYPE) == BLOCK_DEVICE;
  }

  /** Whether both are the same file, or two nodes of the same device. */
  public boolean isSameAs(FileStatus other) {
    if (isBlockDevice()) {
      return other.isBlockDevice() && node.equals(other.node);
    }
    return inode == other.inode && device.equals(other.device);
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }
}
