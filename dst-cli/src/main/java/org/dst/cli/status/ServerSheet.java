package org.dst.cli.status;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dst.cli.Sizes;

/** One server for people. */
public final class ServerSheet {
  private static final int INDENT = 2;

  /** Columns for the name of an export among many. */
  private static final int LONGEST = 24;

  private ServerSheet() {}

  /**
   * Shows a server.
   *
   * @param report by {@link ServerReport}
   */
  public static String of(Map<String, Object> report, Instant now) {
    Sheet sheet = server(report, now);
    Fields.list(report, "exports").forEach(export -> export(sheet, export, now));
    return sheet.toString();
  }

  /**
   * Shows a server with a line about each export; those that something is wrong with come first.
   *
   * @param report by {@link ServerReport}, which may be brief
   */
  public static String brief(Map<String, Object> report, Instant now) {
    Sheet sheet = server(report, now);
    List<Map<String, Object>> exports = Fields.list(report, "exports");
    sheet.title(
        INDENT,
        "%s, %d in use, %d not ok; 'dstd status NAME' tells all about one"
            .formatted(
                Sheet.several(exports.size(), "export"),
                exports.stream().filter(e -> !Fields.list(e, "sessions").isEmpty()).count(),
                exports.stream().filter(e -> !isOk(e)).count()));
    int longest = exports.stream().mapToInt(e -> Fields.text(e, "export").length()).max().orElse(1);
    String form = "%-" + Math.min(longest, LONGEST) + "s  %-11s  %10s  %-10s  %s";
    exports.stream()
        .sorted(Comparator.comparing(ServerSheet::isOk))
        .forEach(export -> sheet.title(INDENT, line(form, export)));
    return sheet.toString();
  }

  private static boolean isOk(Map<String, Object> export) {
    return "ok".equals(export.get("state")) && export.get("trouble") == null;
  }

  private static String line(String form, Map<String, Object> export) {
    String clients =
        Fields.list(export, "sessions").stream()
            .map(session -> "'" + Fields.text(session, "client") + "'")
            .collect(Collectors.joining(", "));
    String trouble = export.get("trouble") == null ? "" : "; " + Fields.text(export, "trouble");
    return form.formatted(
        Fields.text(export, "export"),
        Fields.text(export, "state"),
        Sizes.show(Fields.number(export, "size")),
        Fields.text(export, "access"),
        (clients.isEmpty() ? "unused" : clients) + trouble);
  }

  private static Sheet server(Map<String, Object> report, Instant now) {
    Sheet sheet =
        new Sheet()
            .title(
                0,
                "listening on %s, %s, process %d since %s"
                    .formatted(
                        Fields.text(report, "listening"),
                        Sheet.several(Fields.number(report, "connections"), "connection"),
                        Fields.number(report, "pid"),
                        Sheet.since(Fields.text(report, "started"), now)));
    Map<String, Object> crypto = Fields.object(report, "crypto");
    if (Fields.number(crypto, "threads") != 0) {
      sheet.row(INDENT, "crypto", ProtectionReport.showPool(crypto));
    }
    return sheet.row(INDENT, "counted", Sheet.counted(Fields.object(report, "counters")));
  }

  private static void export(Sheet sheet, Map<String, Object> export, Instant now) {
    sheet
        .title(
            INDENT,
            "%s, %s, at most %s, %s %s"
                .formatted(
                    Fields.text(export, "export"),
                    Sizes.show(Fields.number(export, "size")),
                    Fields.text(export, "access"),
                    Fields.text(export, "kind"),
                    Fields.text(export, "location")))
        .row(2 * INDENT, "state", state(export, now))
        .row(2 * INDENT, "store", Fields.text(export, "store"))
        .row(2 * INDENT, "verifier", Fields.text(export, "verifier"))
        .row(2 * INDENT, "lease", lease(Fields.object(export, "lease"), now));
    List<Map<String, Object>> sessions = Fields.list(export, "sessions");
    if (sessions.isEmpty()) {
      sheet.row(2 * INDENT, "session", "none with a link");
    }
    sessions.forEach(session -> sheet.row(2 * INDENT, "session", session(session, now)));
    sheet.row(2 * INDENT, "counted", Sheet.counted(Fields.object(export, "counters")));
  }

  private static String state(Map<String, Object> export, Instant now) {
    Map<String, Object> errors = Fields.object(export, "errors");
    String state = Fields.text(export, "state");
    if (export.get("trouble") != null) {
      state += ": " + Fields.text(export, "trouble");
    }
    long io = Fields.number(errors, "io");
    long noSpace = Fields.number(errors, "no_space");
    return io + noSpace == 0
        ? state
        : "%s; %s and %s without space, the last one at %s"
            .formatted(
                state,
                Sheet.several(io, "I/O error"),
                noSpace,
                Sheet.since(Fields.text(errors, "at"), now));
  }

  private static String lease(Map<String, Object> lease, Instant now) {
    if (Fields.number(lease, "epoch") == 0) {
      return "never given";
    }
    return lease.get("held").equals(true)
        ? "epoch %d, held by '%s' since %s"
            .formatted(
                Fields.number(lease, "epoch"),
                Fields.text(lease, "client"),
                Sheet.since(Fields.text(lease, "since"), now))
        : "epoch %d, free; last held by '%s'"
            .formatted(Fields.number(lease, "epoch"), Fields.text(lease, "client"));
  }

  private static String session(Map<String, Object> session, Instant now) {
    return "'%s' at %s, %s, %d of %s linked, %d in flight, since %s; protection: %s"
        .formatted(
            Fields.text(session, "client"),
            Fields.text(session, "address"),
            Fields.text(session, "access"),
            Fields.number(session, "links"),
            Sheet.several(Fields.number(session, "lanes"), "lane"),
            Fields.number(session, "in_flight"),
            Sheet.since(Fields.text(session, "since"), now),
            ProtectionReport.show(Fields.object(session, "protection")));
  }
}
