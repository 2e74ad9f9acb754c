package org.dst.system.mutation;

import java.util.Map;

/**
 * A change of one source file.
 *
 * @param source which, as {@link Sources} knows it
 * @param find text that occurs exactly once in it; runs of white space count as one space
 * @param replacement what stands there instead
 */
record Edit(String source, String find, String replacement) {
  /** Makes the change in place. */
  void apply(Map<String, String> texts) {
    String text = texts.get(source);
    int at = text.indexOf(find);
    if (at < 0 || text.indexOf(find, at + 1) >= 0) {
      throw new IllegalStateException(
          "'%s' is %s in %s (expected: once); bring the mutation up to date"
              .formatted(find, at < 0 ? "not" : "more than once", source));
    }
    texts.put(source, text.substring(0, at) + replacement + text.substring(at + find.length()));
  }
}
