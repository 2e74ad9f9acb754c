package org.dst.cli.status;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.stream.Collectors;
import org.dst.cli.command.TextFormat;

/** A table of labels and wrapped values, {@value #WIDTH} columns wide. */
final class TextTable {
  /** The width of the narrowest terminal. */
  static final int WIDTH = 80;

  private static final int LABEL = 11;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private final StringBuilder text = new StringBuilder();

  /** Adds a heading for the rows that follow. */
  TextTable title(int indent, String title) {
    wrap(" ".repeat(indent), " ".repeat(indent + 2), title);
    return this;
  }

  /** Adds a label and its value. */
  TextTable row(int indent, String label, String value) {
    String margin = " ".repeat(indent);
    wrap(margin + ("%-" + LABEL + "s ").formatted(label), margin + " ".repeat(LABEL + 1), value);
    return this;
  }

  /** Breaks between words where possible, within a word where necessary. */
  private void wrap(String first, String others, String value) {
    StringBuilder line = new StringBuilder(first);
    int start = line.length();
    for (String word : TextFormat.oneLine(value).split(" ")) {
      boolean begins = line.length() == start;
      if (!begins && line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder(others);
        start = line.length();
        begins = true;
      }
      line.append(begins ? "" : " ").append(word);
      while (line.length() > WIDTH) {
        text.append(line, 0, WIDTH).append('\n');
        line = new StringBuilder(others).append(line, WIDTH, line.length());
      }
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  /** "2026-11-22 17:40:12 (2 h 3 min)" of a moment of a report. */
  static String since(String moment, Instant now) {
    Instant since = Instant.parse(moment);
    return TIME.format(since) + " (" + span(Duration.between(since, now).toMillis()) + ")";
  }

  /** Formats a duration in its two largest units. */
  static String span(long millis) {
    long seconds = Math.max(millis, 0) / 1000;
    if (seconds < 60) {
      return "%d.%d s".formatted(seconds, Math.max(millis, 0) % 1000 / 100);
    }
    if (seconds < 3600) {
      return "%d min %d s".formatted(seconds / 60, seconds % 60);
    }
    if (seconds < 86_400) {
      return "%d h %d min".formatted(seconds / 3600, seconds / 60 % 60);
    }
    return "%d d %d h".formatted(seconds / 86_400, seconds / 3600 % 24);
  }

  /** Lists the counters that are not zero. */
  static String counted(Map<String, Object> counters) {
    String counted =
        counters.entrySet().stream()
            .filter(counter -> ((Number) counter.getValue()).longValue() != 0)
            .map(counter -> counter.getKey() + " " + counter.getValue())
            .collect(Collectors.joining(", "));
    return counted.isEmpty() ? "all zero" : counted;
  }

  /** "1 lane", "2 lanes". */
  static String several(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
