package org.dst.server.medium;

import java.nio.file.Path;
import org.dst.platform.syscall.ErrnoException;
import org.dst.server.syscall.DeviceCalls;
import org.dst.server.syscall.FileCalls;
import org.dst.server.syscall.FileStatus;
import org.dst.server.syscall.FileStatus.DeviceNumber;
import org.dst.server.syscall.MarkCalls;

/** Reads the marks of an open file or device, whatever its path leads to by now. */
public final class MarkReader {
  /** Nesting limit of loop devices: more than anybody uses, and no endless loop. */
  private static final int MOST_LEVELS = 8;

  private final Sysfs sysfs;
  private final FileMarks files;
  private final DeviceMarks devices;

  /** A reader for this machine. */
  public MarkReader() {
    this(Path.of("/"));
  }

  /**
   * A reader for another root directory.
   *
   * @param root contains {@code sys} and {@code run/udev}
   */
  MarkReader(Path root) {
    sysfs = new Sysfs(root);
    files = new FileMarks(sysfs);
    devices = new DeviceMarks(sysfs);
  }

  /**
   * The marks of an open regular file or block device.
   *
   * @throws ErrnoException if it cannot even be asked for its status
   */
  public MediumMarks read(int fd) throws ErrnoException {
    FileStatus status = FileCalls.status(fd);
    if (!status.isBlockDevice()) {
      return files.read(fd);
    }
    return device(fd, status, 0)
        .with(Mark.KIND, "device")
        .with(Mark.BLOCK, known(DeviceCalls.logicalBlock(fd)))
        .with(Mark.SIZE, known(DeviceCalls.size(fd)));
  }

  private MediumMarks device(int fd, FileStatus status, int level) {
    MediumMarks marks = devices.read(status.node());
    MarkCalls.Loop loop = level == MOST_LEVELS ? null : MarkCalls.loop(fd);
    if (loop == null) {
      return marks;
    }
    return marks
        .and(behind(status.node(), loop, level))
        .with(Mark.LOOP_OFFSET, Long.toString(loop.offset()))
        .with(Mark.LOOP_LIMIT, Long.toString(loop.sizeLimit()));
  }

  /**
   * The backing file of a loop device, by the path that the kernel knows, if that still leads
   * there; otherwise by its inode number alone, which is no lasting mark.
   */
  private MediumMarks behind(DeviceNumber node, MarkCalls.Loop loop, int level) {
    Path directory = sysfs.directory(node);
    String path = Sysfs.attribute(directory, "loop/backing_file");
    if (path.isEmpty()) { // a partition of a loop device
      path = Sysfs.attribute(directory.resolve(".."), "loop/backing_file");
    }
    // Looked at before it is opened: what the path leads to by now could make that hang, or do
    // harm.
    int fd = leadsTo(path, loop) ? FileCalls.open(path, FileCalls.O_RDONLY) : -1;
    if (fd < 0) {
      return MediumMarks.NONE.with(Mark.INODE, Long.toUnsignedString(loop.inode()));
    }
    try {
      FileStatus status = FileCalls.status(fd);
      return status.isBlockDevice() ? device(fd, status, level + 1) : files.place(fd, status);
    } catch (ErrnoException unknown) {
      return MediumMarks.NONE.with(Mark.INODE, Long.toUnsignedString(loop.inode()));
    } finally {
      FileCalls.close(fd);
    }
  }

  private static boolean leadsTo(String path, MarkCalls.Loop loop) {
    if (path.isEmpty()) {
      return false;
    }
    try {
      FileStatus status = FileCalls.status(path);
      return status.inode() == loop.inode() && status.device().equals(loop.device());
    } catch (ErrnoException gone) {
      return false;
    }
  }

  private static String known(long result) {
    return result < 0 ? "" : Long.toString(result);
  }

  /**
   * Stores a tag with an open file, durably on return.
   *
   * @param tag ASCII, at most 200 characters
   * @return whether it can be read back
   */
  public static boolean leave(int fd, String tag) {
    return MarkCalls.setAttribute(fd, FileMarks.ATTRIBUTE, tag) == 0 && FileCalls.fsync(fd) == 0;
  }
}
