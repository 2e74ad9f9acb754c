package org.dst.server.store.descriptor;

import org.dst.platform.syscall.Errno;
import org.dst.platform.syscall.ErrnoException;
import org.dst.server.store.PathStatus;
import org.dst.server.store.StoreException;
import org.dst.server.syscall.FileCalls;
import org.dst.server.syscall.FileStatus;

/**
 * Compares the open file with the one that its path leads to now, following symbolic links. A
 * device is the same through any node with its number. Blocks.
 */
public final class PathCheck {
  private final StoreDescriptor file;

  public PathCheck(StoreDescriptor file) {
    this.file = file;
  }

  /** Where the path leads; {@link PathStatus#FOUND} if that cannot be determined. */
  public PathStatus look() {
    FileStatus open;
    try {
      open = file.status();
    } catch (StoreException closedOrBroken) {
      return PathStatus.FOUND; // whoever measures the store says so
    }
    try {
      FileStatus there = FileCalls.status(file.name());
      return open.isSameAs(there) ? PathStatus.FOUND : replaced(open);
    } catch (ErrnoException e) {
      boolean gone = e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR;
      return gone ? gone(open) : PathStatus.FOUND;
    }
  }

  private PathStatus replaced(FileStatus open) {
    String what = open.isBlockDevice() ? "device" : "file";
    String rest =
        open.links() == 0 && !open.isBlockDevice()
            ? ", which has no name any more: " + untilTheStop()
            : "; the next start of the server finds the other one";
    return new PathStatus(
        PathStatus.Kind.REPLACED,
        "%s leads elsewhere; clients go on with the %s that is open%s"
            .formatted(file.name(), what, rest));
  }

  private PathStatus gone(FileStatus open) {
    if (open.isBlockDevice()) {
      return new PathStatus(
          PathStatus.Kind.DELETED,
          "%s is gone; clients go on with the device that is open, which the next start of the server does not find"
              .formatted(file.name()));
    }
    if (open.links() == 0) {
      return new PathStatus(
          PathStatus.Kind.DELETED,
          "%s was deleted; clients go on with the file that is open: %s"
              .formatted(file.name(), untilTheStop()));
    }
    return new PathStatus(
        PathStatus.Kind.MOVED,
        "%s was renamed; clients go on with the file, which the next start of the server does not find; move it back, or export it under its new name by then"
            .formatted(file.name()));
  }

  private String untilTheStop() {
    return "its data is lost and its space freed when the server stops; to keep it, detach its"
        + " clients and copy "
        + descriptor()
        + " before that";
  }

  private String descriptor() {
    long pid = ProcessHandle.current().pid();
    try {
      return "/proc/%d/fd/%d".formatted(pid, file.call(fd -> fd));
    } catch (StoreException closed) {
      return "/proc/%d/fd/…".formatted(pid);
    }
  }
}
