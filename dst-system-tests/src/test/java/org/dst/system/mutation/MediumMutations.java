package org.dst.system.mutation;

import java.util.List;

/** Mutations of medium recognition: another medium in place of a store's own is another store. */
final class MediumMutations {
  private static final String MARKS = "server/medium/MediumMarks";

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
              "a store is found by its path alone",
              Catchers.MEDIUM,
              "server/state/StoreLookup",
              "compare(store, present) == MarkComparison.SAME",
              "store.path().equals(path)"),
          Mutation.of(
              "lasting marks need not agree",
              Catchers.MEDIUM,
              MARKS,
              "case LASTING -> recorded != null && present != null && !recorded.equals(present);",
              "case LASTING -> false;"),
          Mutation.of(
              "a lasting mark that is gone is not missed",
              Catchers.MEDIUM,
              MARKS,
              "return recorded.lastingGroups().equals(recorded.groupsInCommon(present))",
              "return true"),
          Mutation.of(
              "one lasting mark is enough, a partition's without its disk's",
              Catchers.MEDIUM,
              MARKS,
              "return recorded.lastingGroups().equals(recorded.groupsInCommon(present))",
              "return !recorded.groupsInCommon(present).isEmpty()"),
          Mutation.of(
              "the clone of a partition may stand for the original",
              Catchers.MEDIUM_OR_PROGRESS,
              MARKS,
              "&& recorded.hasAllThatCount(present)",
              ""),
          Mutation.of(
              "a tag is enough, and so a copy is the file",
              Catchers.MEDIUM,
              MARKS,
              "for (Mark mark : Mark.values()) {",
              "if (recorded.get(Mark.TAG) != null && recorded.get(Mark.TAG).equals(present"
                  + ".get(Mark.TAG))) { return MarkComparison.SAME; } for (Mark mark :"
                  + " Mark.values()) {"),
          Mutation.of(
              "the inode, and where a partition begins, do not count",
              Catchers.MEDIUM,
              MARKS,
              "case SHAPE -> recorded == null ? present != null : !recorded.equals(present);",
              "case SHAPE -> false;"),
          Mutation.of(
              "the file system does not count",
              Catchers.MEDIUM,
              MARKS,
              "if (!fileSystemAgrees(recorded, present)) {",
              "if (false) {"),
          Mutation.of(
              "a device without a lasting mark may have any size",
              Catchers.MEDIUM,
              MARKS,
              "present.hasLasting() || !sizeAgrees(recorded, present)",
              "present.hasLasting()"),
          Mutation.of(
              "a device without a lasting mark may have one now",
              Catchers.MEDIUM,
              MARKS,
              "present.hasLasting() || !sizeAgrees(recorded, present)",
              "!sizeAgrees(recorded, present)"));

  private MediumMutations() {}
}
