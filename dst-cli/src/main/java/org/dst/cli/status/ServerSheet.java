package org.dst.cli.status;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.dst.cli.Sizes;

/** One server for people. */
public final class ServerSheet {
  private static final int INDENT = 2;

  private ServerSheet() {}

  /**
   * Shows a server.
   *
   * @param report by {@link ServerReport}
   */
  public static String of(Map<String, Object> report, Instant now) {
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
    sheet.row(INDENT, "counted", Sheet.counted(Fields.object(report, "counters")));
    Fields.list(report, "exports").forEach(export -> export(sheet, export, now));
    return sheet.toString();
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
