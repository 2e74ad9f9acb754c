package org.dst.cli.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writing and reading the fields of a report. */
final class JsonFields {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** The next field. Whatever is no number, list or map is written as its text. */
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

  /** A moment as a report has it. */
  static Instant moment(Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS);
  }

  /** A field that is a list of objects. */
  @SuppressWarnings("unchecked") // what else a report has there is a defect
  static List<Map<String, Object>> list(Map<String, Object> report, String field) {
    return (List<Map<String, Object>>) report.get(field);
  }

  /** A field that is an object. */
  @SuppressWarnings("unchecked") // what else a report has there is a defect
  static Map<String, Object> object(Map<String, Object> report, String field) {
    return (Map<String, Object>) report.get(field);
  }

  /** A field that is a number. */
  static long number(Map<String, Object> report, String field) {
    return ((Number) report.get(field)).longValue();
  }

  /** A field that is a text; "-" if there is none. */
  static String text(Map<String, Object> report, String field) {
    Object value = report.get(field);
    return value == null ? "-" : value.toString();
  }
}
