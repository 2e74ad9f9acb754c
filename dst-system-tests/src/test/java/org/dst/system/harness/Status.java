package org.dst.system.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.dst.cli.control.Json;

/** What {@code status --json} reports about an attachment, or about a server's first export. */
public final class Status {
  private final Map<?, ?> report;

  private Status(Map<?, ?> report) {
    this.report = report;
  }

  /** Of the only attachment of a machine. */
  static Status ofAttachment(Result status) {
    return new Status(only(json(status), "attachments"));
  }

  /** Of the only export of the only server of a machine. */
  static Status ofExport(Result status) {
    return new Status(only(only(json(status), "servers"), "exports"));
  }

  private static Map<?, ?> json(Result status) {
    try {
      return Json.read(status.succeeded().out());
    } catch (IOException noJson) {
      throw new AssertionError(status.toString(), noJson);
    }
  }

  private static Map<?, ?> only(Map<?, ?> report, String field) {
    List<?> all = assertInstanceOf(List.class, report.get(field), field);
    assertEquals(1, all.size(), () -> field + " of " + report);
    return assertInstanceOf(Map.class, all.getFirst());
  }

  /** A field that is a text. */
  public String text(String field) {
    return assertInstanceOf(String.class, report.get(field), field);
  }

  /** A field that is a number, inside of objects if more than one name is given. */
  public long number(String... path) {
    Object value = report;
    for (String name : path) {
      value = assertInstanceOf(Map.class, value, name).get(name);
    }
    return assertInstanceOf(Long.class, value, String.join(".", path));
  }

  /** Requires that something was counted at least so often. */
  public Status counted(String counter, long least) {
    assertTrue(
        number("counters", counter) >= least,
        () -> "%s (expected: >= %d) of %s".formatted(counter, least, report));
    return this;
  }

  @Override
  public String toString() {
    return report.toString();
  }
}
