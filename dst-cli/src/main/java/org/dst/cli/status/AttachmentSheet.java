package org.dst.cli.status;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.dst.cli.Sizes;

/** One attachment for people. */
public final class AttachmentSheet {
  private static final int INDENT = 2;

  private AttachmentSheet() {}

  /**
   * Shows an attachment.
   *
   * @param report by {@link AttachmentReport}
   */
  public static String of(Map<String, Object> report, Instant now) {
    List<Map<String, Object>> lanes = Fields.list(report, "lanes");
    Sheet sheet =
        new Sheet()
            .title(
                0,
                "%s, %s, %s, on %s"
                    .formatted(
                        Fields.text(report, "export"),
                        Sizes.show(Fields.number(report, "size")),
                        Fields.text(report, "access"),
                        Fields.text(report, "local")))
            .row(INDENT, "state", state(report, now))
            .row(INDENT, "server", Fields.text(report, "server"));
    if (report.get("last_failure") != null) {
      sheet.row(INDENT, "last cause", Fields.text(report, "last_failure"));
    }
    sheet.row(INDENT, "protection", ProtectionReport.show(Fields.object(report, "protection")));
    if (report.get("crypto") != null) {
      sheet.row(INDENT, "crypto", ProtectionReport.showPool(Fields.object(report, "crypto")));
    }
    sheet
        .row(INDENT, "outages", outages(Fields.object(report, "outages")))
        .row(INDENT, "in flight", inFlight(report))
        .row(INDENT, "unflushed", unflushed(report));
    if (lanes.size() > 1) {
      lanes.forEach(lane -> sheet.row(INDENT, "lane " + lane.get("lane"), lane(lane, now)));
    }
    if (report.get("device") != null) {
      sheet.row(INDENT, "device", device(Fields.object(report, "device")));
    }
    return sheet
        .row(INDENT, "NBD", Sheet.several(Fields.number(report, "nbd_connections"), "connection"))
        .row(INDENT, "store", Fields.text(report, "store"))
        .row(INDENT, "verifier", Fields.text(report, "verifier"))
        .row(INDENT, "lease", lease(report))
        .row(INDENT, "process", process(report, now))
        .row(INDENT, "counted", Sheet.counted(Fields.object(report, "counters")))
        .toString();
  }

  private static String state(Map<String, Object> report, Instant now) {
    String state = Fields.text(report, "state");
    String since = " since " + Sheet.since(Fields.text(report, "since"), now);
    return switch (state) {
      case "up" -> "up" + since;
      case "replaying" -> "up" + since + ", sending unflushed writes again";
      case "connecting" -> "connecting";
      case "over" -> "over: another client has taken the export over; no link" + since;
      default -> state + since;
    };
  }

  private static String outages(Map<String, Object> outages) {
    long count = Fields.number(outages, "count");
    return count == 0
        ? "none"
        : "%d, longest %s, %s in all"
            .formatted(
                count,
                Sheet.span(Fields.number(outages, "longest_ms")),
                Sheet.span(Fields.number(outages, "total_ms")));
  }

  private static String inFlight(Map<String, Object> report) {
    return "%s (%s), %d more waiting"
        .formatted(
            Sheet.several(Fields.number(report, "in_flight"), "request"),
            Sizes.show(Fields.number(report, "in_flight_bytes")),
            Fields.number(report, "waiting"));
  }

  private static String unflushed(Map<String, Object> report) {
    return "%s in %s"
        .formatted(
            Sizes.show(Fields.number(report, "unflushed_bytes")),
            Sheet.several(Fields.number(report, "unflushed_entries"), "change"));
  }

  private static String lane(Map<String, Object> lane, Instant now) {
    return "%s; %s; %s unflushed; %s"
        .formatted(state(lane, now), inFlight(lane), unflushed(lane), Fields.text(lane, "server"));
  }

  private static String device(Map<String, Object> device) {
    return "%s by %s, %s, sectors of %d bytes%s"
        .formatted(
            Fields.text(device, "path"),
            Fields.text(device, "by"),
            Sheet.several(Fields.number(device, "connections"), "connection"),
            Fields.number(device, "block"),
            device.get("connected").equals(true) ? "" : "; disconnected by somebody else");
  }

  private static String lease(Map<String, Object> report) {
    long epoch = Fields.number(report, "lease_epoch");
    return epoch == 0
        ? "none, as '%s'".formatted(Fields.text(report, "client"))
        : "epoch %d, as '%s'".formatted(epoch, Fields.text(report, "client"));
  }

  private static String process(Map<String, Object> report, Instant now) {
    return "%d, attached %s"
        .formatted(Fields.number(report, "pid"), Sheet.since(Fields.text(report, "started"), now));
  }
}
