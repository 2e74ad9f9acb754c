package org.dst.system.sim;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.dst.server.medium.Mark;
import org.dst.server.medium.MediumMarks;

/** Media of every kind, and for each the media that may be swapped in for it. */
enum SimMedium {
  /** A file, and: another one by mv, a copy of it, its inode made anew, another file system. */
  FILE(
      of(Mark.KIND, "file", Mark.FS_UUID, "u1", Mark.INODE, "7", Mark.BIRTH, "t1", Mark.TAG, "a"),
      of(Mark.KIND, "file", Mark.FS_UUID, "u1", Mark.INODE, "8", Mark.BIRTH, "t2"),
      of(Mark.KIND, "file", Mark.FS_UUID, "u1", Mark.INODE, "8", Mark.BIRTH, "t2", Mark.TAG, "a"),
      of(Mark.KIND, "file", Mark.FS_UUID, "u1", Mark.INODE, "7", Mark.BIRTH, "t2"),
      of(Mark.KIND, "file", Mark.FS_UUID, "u2", Mark.INODE, "7", Mark.BIRTH, "t1", Mark.TAG, "a")),

  /** A file where the file system tells no birth times, and: a copy, its inode given again. */
  OLD_FILE(
      of(Mark.KIND, "file", Mark.FS_ID, "f1", Mark.INODE, "7", Mark.TAG, "a"),
      of(Mark.KIND, "file", Mark.FS_ID, "f1", Mark.INODE, "8", Mark.TAG, "a"),
      of(Mark.KIND, "file", Mark.FS_ID, "f1", Mark.INODE, "7"),
      of(Mark.KIND, "file", Mark.FS_ID, "f1", Mark.INODE, "7", Mark.TAG, "b")),

  /** A disk, and: another one, one that says nothing of itself, its first partition. */
  DISK(
      of(Mark.KIND, "device", Mark.BLOCK, "512", Mark.SIZE, "9", Mark.WWID, "w1"),
      of(Mark.KIND, "device", Mark.BLOCK, "512", Mark.SIZE, "9", Mark.WWID, "w2"),
      of(Mark.KIND, "device", Mark.BLOCK, "512", Mark.SIZE, "9"),
      of(
          Mark.KIND,
          "device",
          Mark.BLOCK,
          "512",
          Mark.SIZE,
          "9",
          Mark.WWID,
          "w1",
          Mark.PARTITION_START,
          "2048")),

  /** A partition, and: the next one, its clones on another disk and on one without a name. */
  PARTITION(
      of(
          Mark.KIND,
          "device",
          Mark.SIZE,
          "9",
          Mark.WWID,
          "w1",
          Mark.PARTITION_UUID,
          "p1",
          Mark.PARTITION_START,
          "2048"),
      of(
          Mark.KIND,
          "device",
          Mark.SIZE,
          "9",
          Mark.WWID,
          "w1",
          Mark.PARTITION_UUID,
          "p2",
          Mark.PARTITION_START,
          "4096"),
      of(
          Mark.KIND,
          "device",
          Mark.SIZE,
          "9",
          Mark.WWID,
          "w2",
          Mark.PARTITION_UUID,
          "p1",
          Mark.PARTITION_START,
          "2048"),
      of(
          Mark.KIND,
          "device",
          Mark.SIZE,
          "9",
          Mark.PARTITION_UUID,
          "p1",
          Mark.PARTITION_START,
          "2048")),

  /** A device without any lasting mark, and: one of another size, one that has a mark. */
  UNMARKED(
      of(Mark.KIND, "device", Mark.BLOCK, "512", Mark.SIZE, "9"),
      of(Mark.KIND, "device", Mark.BLOCK, "512", Mark.SIZE, "10"),
      of(Mark.KIND, "device", Mark.BLOCK, "512", Mark.SIZE, "9", Mark.SERIAL, "s1"));

  private final MediumMarks own;
  private final List<MediumMarks> others;

  SimMedium(MediumMarks own, MediumMarks... others) {
    this.own = own;
    this.others = List.of(others);
  }

  private static MediumMarks of(Object... pairs) {
    Map<Mark, String> marks = new EnumMap<>(Mark.class);
    for (int i = 0; i < pairs.length; i += 2) {
      marks.put((Mark) pairs[i], (String) pairs[i + 1]);
    }
    return new MediumMarks(marks);
  }

  static SimMedium any(SplittableRandom random) {
    return values()[random.nextInt(values().length)];
  }

  /** By what the medium is recognised. */
  MediumMarks own() {
    return own;
  }

  /** The marks of one of those that may come in its place. */
  MediumMarks other(SplittableRandom random) {
    return others.get(random.nextInt(others.size()));
  }
}
