package org.dst.server.access;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses an access rule: words separated by blanks, in any order. At most one {@code ro} or {@code
 * rw} (the default) is the right. The others select peers: {@code from=RANGE} or just the range,
 * {@code key=NAME}, {@code public-key=KEY}, each any number of times.
 */
final class AccessRuleParser {
  private static final Pattern WORD = Pattern.compile("\\S+");
  private static final String ALLOWED =
      "allowed are ro, rw, from=RANGE or just RANGE, key=NAME, public-key=KEY";

  private final String text;
  private AccessRight right;
  private final List<AddressRange> ranges = new ArrayList<>();
  private final Set<String> keyNames = new LinkedHashSet<>();
  private final Set<String> publicKeys = new LinkedHashSet<>();

  AccessRuleParser(String text) {
    this.text = text;
  }

  AccessRule parse() {
    Matcher words = WORD.matcher(text);
    boolean empty = true;
    while (words.find()) {
      empty = false;
      try {
        take(words.group());
      } catch (IllegalArgumentException wrong) {
        throw complaint(words.start(), wrong.getMessage());
      }
    }
    if (empty) {
      throw complaint(0, "nothing is there");
    }
    return new AccessRule(
        right == null ? AccessRight.WRITE : right,
        List.copyOf(ranges),
        Set.copyOf(keyNames),
        Set.copyOf(publicKeys),
        text.strip());
  }

  private IllegalArgumentException complaint(int at, String what) {
    return new IllegalArgumentException(
        "access rule '%s', character %d: %s; %s".formatted(text, at + 1, what, ALLOWED));
  }

  private void take(String word) {
    int equals = word.indexOf('=');
    String kind = equals < 0 ? "" : word.substring(0, equals);
    String value = word.substring(equals + 1);
    switch (kind) {
      case "" -> takeBare(word);
      case "from" -> ranges.add(AddressRange.parse(value));
      case "key" -> keyNames.add(required(word, value));
      case "public-key" -> publicKeys.add(PublicKeys.parse(value));
      default -> throw new IllegalArgumentException("'%s' is not known".formatted(word));
    }
  }

  private void takeBare(String word) {
    switch (word) {
      case "ro", "read-only" -> give(word, AccessRight.READ);
      case "rw", "read-write" -> give(word, AccessRight.WRITE);
      default -> ranges.add(AddressRange.parse(word));
    }
  }

  private void give(String word, AccessRight given) {
    if (right != null) {
      throw new IllegalArgumentException("'%s' after another ro or rw".formatted(word));
    }
    right = given;
  }

  private static String required(String word, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("'%s' without a name".formatted(word));
    }
    return value;
  }
}
