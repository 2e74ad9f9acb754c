package org.dst.server.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An access file: each line is {@code EXPORT: RULE}, where the export may be {@code *} for all of
 * them. Empty lines and lines that begin with {@code #} are ignored.
 */
public final class AccessFile {
  private static final String ALL = "*";

  /** The byte order mark that some editors put at the start of UTF-8 text. */
  private static final String MARK = "\ufeff";

  private AccessFile() {}

  /**
   * Parses the text.
   *
   * @param exports the names of the exports
   * @return the rules of each export; {@link AccessRules#NOBODY} for one without any
   * @throws IllegalArgumentException if a line is invalid; the message begins with its number
   */
  public static Map<String, AccessRules> parse(String text, Collection<String> exports) {
    Map<String, List<AccessRule>> rules = new TreeMap<>();
    exports.forEach(export -> rules.put(export, new ArrayList<>()));
    List<String> lines = text.substring(text.startsWith(MARK) ? MARK.length() : 0).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      try {
        if (!line.isEmpty() && !line.startsWith("#")) {
          take(line, rules);
        }
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException("line %d: %s".formatted(i + 1, wrong.getMessage()));
      }
    }
    Map<String, AccessRules> result = new TreeMap<>();
    rules.forEach((export, its) -> result.put(export, AccessRules.of(its)));
    return result;
  }

  private static void take(String line, Map<String, List<AccessRule>> rules) {
    int colon = colon(line);
    if (colon < 1) {
      throw new IllegalArgumentException(
          "'%s' (expected: EXPORT: RULE, like disk: rw key=backup from=10.0.0.0/8)"
              .formatted(line));
    }
    String export = line.substring(0, colon);
    AccessRule rule = AccessRule.parse(line.substring(colon + 1).strip());
    if (export.equals(ALL)) {
      rules.values().forEach(its -> its.add(rule));
    } else if (rules.containsKey(export)) {
      rules.get(export).add(rule);
    } else {
      throw new IllegalArgumentException(
          "no export is named '%s' (there are: %s; * stands for all)"
              .formatted(export, String.join(", ", rules.keySet())));
    }
  }

  /**
   * The first colon followed by a blank or the end of the line: names and addresses may contain
   * others.
   */
  private static int colon(String line) {
    for (int i = 0; i < line.length(); i++) {
      boolean last = i == line.length() - 1;
      if (line.charAt(i) == ':' && (last || Character.isWhitespace(line.charAt(i + 1)))) {
        return i;
      }
    }
    return -1;
  }
}
