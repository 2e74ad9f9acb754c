package org.dst.server.state;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dst.server.medium.Mark;
import org.dst.server.medium.MediumMarks;

/**
 * What the state directory knows of a store: its record, and where and on which medium it was when
 * it was opened last.
 *
 * @param record identity, lease and the like
 * @param export the name under which it was exported
 * @param path by which it was opened, absolute, as given; links are not resolved
 * @param seen when it was opened
 * @param marks of its medium
 * @param insteadOf the store that was expected when this one was made; null if none was
 */
record KnownStore(
    StoreRecord record,
    String export,
    String path,
    Instant seen,
    MediumMarks marks,
    UUID insteadOf) {
  private static final String FORMAT = "dst-store-3";
  private static final String MARK = "mark.";

  UUID identity() {
    return record.identity();
  }

  KnownStore with(StoreRecord another) {
    return new KnownStore(another, export, path, seen, marks, insteadOf);
  }

  KnownStore with(MediumMarks others) {
    return new KnownStore(record, export, path, seen, others, insteadOf);
  }

  /** The same store, opened again. */
  KnownStore openedAs(String export, String path, Instant now) {
    return new KnownStore(record, export, path, now, marks, insteadOf);
  }

  /** Whether a client has ever had the right to write to it. */
  boolean wasWritable() {
    return record.lease().epoch() > 0;
  }

  /** Whether it was made on a medium in the place of another one, and no client has used it. */
  boolean isUnusedStranger() {
    return insteadOf != null && !wasWritable();
  }

  /** One line for logs and messages. */
  @Override
  public String toString() {
    return "store %s (%s), last seen at %s as '%s' on %s"
        .formatted(identity(), marks, path, export, seen);
  }

  /** As lines of text. */
  List<String> encode() {
    List<String> lines = new ArrayList<>();
    lines.add("format=" + FORMAT);
    lines.addAll(record.encode());
    lines.add("export=" + escape(export));
    lines.add("path=" + escape(path));
    lines.add("seen=" + seen);
    lines.add("instead=" + (insteadOf == null ? "" : insteadOf));
    marks.values().forEach((mark, value) -> lines.add(MARK + mark.key() + "=" + escape(value)));
    lines.add("end=");
    return lines;
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static KnownStore decode(List<String> lines) {
    Map<String, String> fields = fields(lines);
    if (!FORMAT.equals(fields.get("format")) || !fields.containsKey("end")) {
      throw new IllegalArgumentException("not a whole record of a store");
    }
    StoreRecord record = StoreRecord.decode(fields);
    Map<Mark, String> marks = new EnumMap<>(Mark.class);
    fields.forEach(
        (key, value) -> {
          if (key.startsWith(MARK)) {
            marks.put(known(key.substring(MARK.length())), value.translateEscapes());
          }
        });
    try {
      String instead = fields.get("instead");
      return new KnownStore(
          record,
          fields.get("export").translateEscapes(),
          fields.get("path").translateEscapes(),
          Instant.parse(fields.get("seen")),
          new MediumMarks(marks),
          instead.isEmpty() ? null : UUID.fromString(instead));
    } catch (DateTimeParseException | NullPointerException damaged) {
      throw new IllegalArgumentException("not a whole record of a store", damaged);
    }
  }

  static Map<String, String> fields(List<String> lines) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        fields.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return fields;
  }

  private static Mark known(String key) {
    Mark mark = Mark.of(key);
    if (mark == null) {
      throw new IllegalArgumentException("unknown mark '" + key + "'");
    }
    return mark;
  }

  /** One line, whatever is in it; {@link String#translateEscapes} undoes it. */
  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }
}
