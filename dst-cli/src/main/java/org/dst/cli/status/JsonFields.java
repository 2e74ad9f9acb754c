package org.dst.cli.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Builds a report field by field, and reads its fields. */
final class JsonFields {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** Appends a field. A value that is not a number, list or map is written as its text. */
  JsonFields with(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  Map<String, Object> done() {
    return fields;
  }

  /** A constant as the command line writes it: READ_WRITE is "read-write". */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A moment with the precision of a report. */
  static Instant moment(Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS);
  }

  /** A field that is a list of objects. */
  @SuppressWarnings("unchecked") // anything else in a report would be a bug
  static List<Map<String, Object>> list(Map<String, Object> report, String field) {
    return (List<Map<String, Object>>) report.get(field);
  }

  /** A field that is an object. */
  @SuppressWarnings("unchecked") // anything else in a report would be a bug
  static Map<String, Object> object(Map<String, Object> report, String field) {
    return (Map<String, Object>) report.get(field);
  }

  /** A field that is a number. */
  static long number(Map<String, Object> report, String field) {
    return ((Number) report.get(field)).longValue();
  }

  /** A text field; "-" if absent. */
  static String text(Map<String, Object> report, String field) {
    Object value = report.get(field);
    return value == null ? "-" : value.toString();
  }
}
