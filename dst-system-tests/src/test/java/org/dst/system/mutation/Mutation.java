package org.dst.system.mutation;

import java.util.List;
import java.util.Set;

/**
 * One rule, broken.
 *
 * @param name what the broken program does, or does not do any more
 * @param catchers the invariants of which one must find it
 * @param edits how it is broken
 */
record Mutation(String name, Set<String> catchers, List<Edit> edits) {
  /** A rule that one edit breaks. */
  static Mutation of(
      String name, Set<String> catchers, String source, String find, String replacement) {
    return new Mutation(name, catchers, List.of(new Edit(source, find, replacement)));
  }

  /** The same with one more edit. */
  Mutation and(String source, String find, String replacement) {
    List<Edit> more = new java.util.ArrayList<>(edits);
    more.add(new Edit(source, find, replacement));
    return new Mutation(name, catchers, more);
  }

  @Override
  public String toString() {
    return name;
  }
}
