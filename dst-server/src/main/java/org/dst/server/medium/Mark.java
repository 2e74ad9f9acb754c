package org.dst.server.medium;

/**
 * A property that tells one medium from another. The keys are stored on disk, so they are stable.
 */
public enum Mark {
  /** "file" or "device". */
  KIND("kind", Role.SHAPE, "", null),
  /** The magic number of the file system. */
  FS_TYPE("fs.type", Role.DETAIL, "file system type ", null),
  /** The file system's UUID. */
  FS_UUID("fs.uuid", Role.DETAIL, "file system ", null),
  /** The file system's f_fsid; it may contain the number of the device that it is on. */
  FS_ID("fs.id", Role.DETAIL, "file system id ", null),
  /** Of the file, or of the file behind a loop device. */
  INODE("inode", Role.SHAPE, "inode ", null),
  /** When that inode was created: a reused inode number has another birth time. */
  BIRTH("birth", Role.LASTING, "made ", "file"),
  /** The tag that DST has stored in an extended attribute. A copy may have it, too. */
  TAG("tag", Role.LASTING, "tag ", "file"),
  /** Bytes of a logical block. */
  BLOCK("block", Role.SHAPE, "blocks of ", null),
  /** The size in bytes; changes with a resize, so it counts only if nothing else does. */
  SIZE("size", Role.SIZE, "size ", null),
  /** The disk's world-wide identifier, as the kernel read it from the disk. */
  WWID("wwid", Role.LASTING, "wwid ", "disk"),
  /** The disk's serial number, as the kernel read it from the disk. */
  SERIAL("serial", Role.LASTING, "serial ", "disk"),
  /** The disk's serial number with its model, as udev found it. */
  UDEV_SERIAL("udev.serial", Role.LASTING, "udev serial ", "disk"),
  /** The disk's world-wide name, as udev found it. */
  UDEV_WWN("udev.wwn", Role.LASTING, "wwn ", "disk"),
  /** The identifier that a network block device was given by its client. */
  BACKEND("backend", Role.LASTING, "backend ", "disk"),
  /** The UUID of the partition in the disk's table. */
  PARTITION_UUID("partition.uuid", Role.LASTING, "partition ", "partition"),
  /** The partition's first sector of 512 bytes. */
  PARTITION_START("partition.start", Role.SHAPE, "from sector ", null),
  /** A device mapper's UUID: of a logical volume, a LUKS container, a multipath map. */
  DM_UUID("dm.uuid", Role.LASTING, "dm uuid ", "dm"),
  /** A RAID array's UUID, as the kernel has it. */
  MD_UUID("md.uuid", Role.LASTING, "md uuid ", "md"),
  /** A RAID array's UUID, as udev has it. */
  UDEV_MD_UUID("udev.md.uuid", Role.LASTING, "array ", "md"),
  /** A loop device's first byte in its file. */
  LOOP_OFFSET("loop.offset", Role.SHAPE, "loop offset ", null),
  /** A loop device's size limit in bytes; 0 for none. */
  LOOP_LIMIT("loop.limit", Role.SHAPE, "loop limit ", null);

  /** How a mark is compared. */
  enum Role {
    /** Both media must have it with the same value, or they differ. */
    SHAPE,
    /** Belongs to one medium for ever and to no other; marks of a group are equivalent. */
    LASTING,
    /** Supplements others; compared by a rule of its own. */
    DETAIL,
    /** The size. */
    SIZE
  }

  private final String key;
  private final Role role;
  private final String words;
  private final String group;

  Mark(String key, Role role, String words, String group) {
    this.key = key;
    this.role = role;
    this.words = words;
    this.group = group;
  }

  /** By which it is kept. */
  public String key() {
    return key;
  }

  Role role() {
    return role;
  }

  /** The label before the value in messages. */
  String words() {
    return words;
  }

  /** The group: lasting marks of one group are equivalent. */
  String group() {
    return group;
  }

  /** The mark with that key; null if there is none. */
  public static Mark of(String key) {
    for (Mark mark : values()) {
      if (mark.key.equals(key)) {
        return mark;
      }
    }
    return null;
  }
}
