package org.dst.server.medium;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The marks of a medium. Immutable.
 *
 * @param values the known marks; never empty strings
 */
public record MediumMarks(Map<Mark, String> values) {
  /** Nothing is known. */
  public static final MediumMarks NONE = new MediumMarks(Map.of());

  /** The magic number of btrfs, whose f_fsid tells a subvolume from its snapshot. */
  private static final String BTRFS = "9123683e";

  /** Copies. */
  public MediumMarks {
    Map<Mark, String> copy = new EnumMap<>(Mark.class);
    copy.putAll(values);
    copy.values().removeIf(String::isEmpty);
    values = Collections.unmodifiableMap(copy);
  }

  /** The value of a mark; null if it is not known. */
  public String get(Mark mark) {
    return values.get(mark);
  }

  /** These marks with another one. */
  public MediumMarks with(Mark mark, String value) {
    return and(new MediumMarks(Map.of(mark, value)));
  }

  /** These marks and others; the others win where both have a mark. */
  public MediumMarks and(MediumMarks others) {
    Map<Mark, String> all = new EnumMap<>(Mark.class);
    all.putAll(values);
    all.putAll(others.values);
    return new MediumMarks(all);
  }

  /** Whether there is a lasting mark, which belongs to this medium and no other. */
  public boolean hasLasting() {
    return values.keySet().stream().anyMatch(mark -> mark.role() == Mark.Role.LASTING);
  }

  /**
   * Compares the present medium with the recorded one. A missing tag was lost with a copy of the
   * file, which has another inode, or never stored; it may be stored again.
   */
  public static MarkComparison compare(MediumMarks recorded, MediumMarks present) {
    for (Mark mark : Mark.values()) {
      if (contradicts(mark, recorded.get(mark), present.get(mark))) {
        return MarkComparison.DIFFERENT;
      }
    }
    if (!fileSystemAgrees(recorded, present)) {
      return MarkComparison.DIFFERENT;
    }
    if (!recorded.hasLasting()) {
      return present.hasLasting() || !sizeAgrees(recorded, present)
          ? MarkComparison.DIFFERENT
          : MarkComparison.UNRECOGNISABLE;
    }
    return recorded.lastingGroups().equals(recorded.groupsInCommon(present))
            && recorded.hasAllThatCount(present)
        ? MarkComparison.SAME
        : MarkComparison.DIFFERENT;
  }

  private static boolean contradicts(Mark mark, String recorded, String present) {
    return switch (mark.role()) {
      case SHAPE -> recorded == null ? present != null : !recorded.equals(present);
      case LASTING -> recorded != null && present != null && !recorded.equals(present);
      case DETAIL, SIZE -> false;
    };
  }

  /** A UUID where both have one; the id that statfs tells else, and on btrfs as well. */
  private static boolean fileSystemAgrees(MediumMarks recorded, MediumMarks present) {
    boolean uuids = bothKnow(Mark.FS_UUID, recorded, present);
    if (uuids && !agree(Mark.FS_UUID, recorded, present)
        || !agree(Mark.FS_TYPE, recorded, present)) {
      return false;
    }
    boolean known = recorded.get(Mark.FS_ID) != null || recorded.get(Mark.FS_UUID) != null;
    return !known
        || uuids && !BTRFS.equals(recorded.get(Mark.FS_TYPE))
        || bothKnow(Mark.FS_ID, recorded, present) && agree(Mark.FS_ID, recorded, present);
  }

  private static boolean bothKnow(Mark mark, MediumMarks recorded, MediumMarks present) {
    return recorded.get(mark) != null && present.get(mark) != null;
  }

  private static boolean agree(Mark mark, MediumMarks recorded, MediumMarks present) {
    return !bothKnow(mark, recorded, present) || recorded.get(mark).equals(present.get(mark));
  }

  /** A file may grow while nobody looks; a device without a mark is known by its size. */
  private static boolean sizeAgrees(MediumMarks recorded, MediumMarks present) {
    return !"device".equals(recorded.get(Mark.KIND)) || agree(Mark.SIZE, recorded, present);
  }

  /**
   * A partition's clone on a disk that says nothing of itself must not stand for the original,
   * whose disk does. Only the partition's own mark may come later: its disk and its place agree.
   */
  private boolean hasAllThatCount(MediumMarks present) {
    Set<String> unheardOf = present.lastingGroups();
    unheardOf.removeAll(lastingGroups());
    unheardOf.remove(Mark.PARTITION_UUID.group());
    return unheardOf.isEmpty();
  }

  private Set<String> lastingGroups() {
    Set<String> groups = new HashSet<>();
    for (Mark mark : values.keySet()) {
      if (mark.role() == Mark.Role.LASTING) {
        groups.add(mark.group());
      }
    }
    return groups;
  }

  private Set<String> groupsInCommon(MediumMarks present) {
    Set<String> groups = new HashSet<>();
    for (Mark mark : values.keySet()) {
      if (mark.role() == Mark.Role.LASTING && bothKnow(mark, this, present)) {
        groups.add(mark.group());
      }
    }
    return groups;
  }

  /** One line for logs and messages. */
  @Override
  public String toString() {
    StringJoiner line = new StringJoiner(", ");
    values.forEach((mark, value) -> line.add(mark.words() + value));
    return values.isEmpty() ? "nothing known" : line.toString();
  }
}
