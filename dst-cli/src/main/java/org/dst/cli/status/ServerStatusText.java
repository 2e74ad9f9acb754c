package org.dst.cli.status;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dst.cli.option.SizeConverter;

/** Renders a server's report as text. */
public final class ServerStatusText {
  private static final int INDENT = 2;

  /** Most columns for the name of an export in a list. */
  private static final int LONGEST = 24;

  private ServerStatusText() {}

  /**
   * Renders a server.
   *
   * @param report by {@link ServerStatusJson}
   */
  public static String of(Map<String, Object> report, Instant now) {
    TextTable table = server(report, now);
    JsonFields.list(report, "exports").forEach(export -> export(table, export, now));
    return table.toString();
  }

  /**
   * Renders a server with one line per export; exports in trouble come first.
   *
   * @param report by {@link ServerStatusJson}, which may be brief
   */
  public static String brief(Map<String, Object> report, Instant now) {
    TextTable table = server(report, now);
    List<Map<String, Object>> exports = JsonFields.list(report, "exports");
    table.title(
        INDENT,
        "%s, %d in use, %d not ok; 'dstd status NAME' shows one in full"
            .formatted(
                TextTable.several(exports.size(), "export"),
                exports.stream().filter(e -> !JsonFields.list(e, "sessions").isEmpty()).count(),
                exports.stream().filter(e -> !isOk(e)).count()));
    int longest =
        exports.stream().mapToInt(e -> JsonFields.text(e, "export").length()).max().orElse(1);
    String form = "%-" + Math.min(longest, LONGEST) + "s  %-11s  %10s  %-10s  %s";
    exports.stream()
        .sorted(Comparator.comparing(ServerStatusText::isOk))
        .forEach(export -> table.title(INDENT, line(form, export)));
    return table.toString();
  }

  private static boolean isOk(Map<String, Object> export) {
    return "ok".equals(export.get("state")) && export.get("trouble") == null;
  }

  private static String line(String form, Map<String, Object> export) {
    String clients =
        JsonFields.list(export, "sessions").stream()
            .map(session -> "'" + JsonFields.text(session, "client") + "'")
            .collect(Collectors.joining(", "));
    String trouble = export.get("trouble") == null ? "" : "; " + JsonFields.text(export, "trouble");
    return form.formatted(
        JsonFields.text(export, "export"),
        JsonFields.text(export, "state"),
        SizeConverter.show(JsonFields.number(export, "size")),
        JsonFields.text(export, "access"),
        (clients.isEmpty() ? "unused" : clients) + trouble);
  }

  private static TextTable server(Map<String, Object> report, Instant now) {
    TextTable table =
        new TextTable()
            .title(
                0,
                "listening on %s, %s, process %d since %s"
                    .formatted(
                        JsonFields.text(report, "listening"),
                        TextTable.several(JsonFields.number(report, "connections"), "connection"),
                        JsonFields.number(report, "pid"),
                        TextTable.since(JsonFields.text(report, "started"), now)));
    Map<String, Object> crypto = JsonFields.object(report, "crypto");
    if (JsonFields.number(crypto, "threads") != 0) {
      table.row(INDENT, "crypto", ProtectionJson.showPool(crypto));
    }
    return table.row(INDENT, "counters", TextTable.counted(JsonFields.object(report, "counters")));
  }

  private static void export(TextTable table, Map<String, Object> export, Instant now) {
    table
        .title(
            INDENT,
            "%s, %s, %s, %s %s"
                .formatted(
                    JsonFields.text(export, "export"),
                    SizeConverter.show(JsonFields.number(export, "size")),
                    JsonFields.text(export, "access"),
                    JsonFields.text(export, "kind"),
                    JsonFields.text(export, "location")))
        .row(2 * INDENT, "state", state(export, now))
        .row(2 * INDENT, "store", JsonFields.text(export, "store"))
        .row(2 * INDENT, "verifier", JsonFields.text(export, "verifier"))
        .row(2 * INDENT, "lease", lease(JsonFields.object(export, "lease"), now));
    List<Map<String, Object>> sessions = JsonFields.list(export, "sessions");
    if (sessions.isEmpty()) {
      table.row(2 * INDENT, "session", "none linked");
    }
    sessions.forEach(session -> table.row(2 * INDENT, "session", session(session, now)));
    table.row(2 * INDENT, "counters", TextTable.counted(JsonFields.object(export, "counters")));
  }

  private static String state(Map<String, Object> export, Instant now) {
    Map<String, Object> errors = JsonFields.object(export, "errors");
    String state = JsonFields.text(export, "state");
    if (export.get("trouble") != null) {
      state += ": " + JsonFields.text(export, "trouble");
    }
    long io = JsonFields.number(errors, "io");
    long noSpace = JsonFields.number(errors, "no_space");
    return io + noSpace == 0
        ? state
        : "%s; %s and %s out of space, the last at %s"
            .formatted(
                state,
                TextTable.several(io, "I/O error"),
                noSpace,
                TextTable.since(JsonFields.text(errors, "at"), now));
  }

  private static String lease(Map<String, Object> lease, Instant now) {
    if (JsonFields.number(lease, "epoch") == 0) {
      return "never granted";
    }
    return lease.get("held").equals(true)
        ? "epoch %d, held by '%s' since %s"
            .formatted(
                JsonFields.number(lease, "epoch"),
                JsonFields.text(lease, "client"),
                TextTable.since(JsonFields.text(lease, "since"), now))
        : "epoch %d, free; last held by '%s'"
            .formatted(JsonFields.number(lease, "epoch"), JsonFields.text(lease, "client"));
  }

  private static String session(Map<String, Object> session, Instant now) {
    return "'%s' at %s, %s, %d of %s linked, %d in flight, since %s; protection: %s"
        .formatted(
            JsonFields.text(session, "client"),
            JsonFields.text(session, "address"),
            JsonFields.text(session, "access"),
            JsonFields.number(session, "links"),
            TextTable.several(JsonFields.number(session, "lanes"), "lane"),
            JsonFields.number(session, "in_flight"),
            TextTable.since(JsonFields.text(session, "since"), now),
            ProtectionJson.show(JsonFields.object(session, "protection")));
  }
}
