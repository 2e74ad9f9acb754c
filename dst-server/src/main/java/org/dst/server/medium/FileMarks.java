package org.dst.server.medium;

import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.dst.platform.syscall.ErrnoException;
import org.dst.server.syscall.FileCalls;
import org.dst.server.syscall.FileStatus;
import org.dst.server.syscall.MarkCalls;

/** Reads the marks of an open regular file, and of one behind a loop device. */
final class FileMarks {
  /** The extended attribute with {@link Mark#TAG}. */
  static final String ATTRIBUTE = "user.dst.store";

  private final Sysfs sysfs;

  FileMarks(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  /** The location of the file: its file system, its inode and when that was created. */
  MediumMarks place(int fd, FileStatus status) {
    Map<Mark, String> marks = new EnumMap<>(Mark.class);
    long type = FileCalls.fileSystem(fd);
    marks.put(Mark.FS_TYPE, type < 0 ? "" : Long.toHexString(type & 0xffff_ffffL));
    marks.put(Mark.FS_UUID, uuid(fd, status));
    long id = MarkCalls.fileSystemId(fd);
    marks.put(Mark.FS_ID, id == 0 ? "" : Long.toHexString(id));
    marks.put(Mark.INODE, Long.toUnsignedString(status.inode()));
    marks.put(Mark.BIRTH, status.birth() == null ? "" : status.birth().toString());
    return new MediumMarks(marks);
  }

  private String uuid(int fd, FileStatus status) {
    UUID told = MarkCalls.fileSystemUuid(fd);
    return told == null ? sysfs.property(status.device(), "ID_FS_UUID") : told.toString();
  }

  /** All marks of an exported file. */
  MediumMarks read(int fd) throws ErrnoException {
    FileStatus status = FileCalls.status(fd);
    String tag = MarkCalls.attribute(fd, ATTRIBUTE);
    return place(fd, status)
        .with(Mark.KIND, "file")
        .with(Mark.SIZE, Long.toString(status.size()))
        .with(Mark.TAG, tag == null ? "" : tag);
  }
}
