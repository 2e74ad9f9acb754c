package org.dst.cli.status;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.dst.cli.option.SizeConverter;

/** Renders an attachment's report as text. */
public final class AttachmentStatusText {
  private static final int INDENT = 2;

  private AttachmentStatusText() {}

  /**
   * Renders an attachment.
   *
   * @param report by {@link AttachmentStatusJson}
   */
  public static String of(Map<String, Object> report, Instant now) {
    List<Map<String, Object>> lanes = JsonFields.list(report, "lanes");
    TextTable table =
        new TextTable()
            .title(
                0,
                "%s, %s, %s, on %s"
                    .formatted(
                        JsonFields.text(report, "export"),
                        SizeConverter.show(JsonFields.number(report, "size")),
                        JsonFields.text(report, "access"),
                        JsonFields.text(report, "local")))
            .row(INDENT, "state", state(report, now))
            .row(INDENT, "server", JsonFields.text(report, "server"));
    if (report.get("last_failure") != null) {
      table.row(INDENT, "last error", JsonFields.text(report, "last_failure"));
    }
    table.row(INDENT, "protection", ProtectionJson.show(JsonFields.object(report, "protection")));
    if (report.get("crypto") != null) {
      table.row(INDENT, "crypto", ProtectionJson.showPool(JsonFields.object(report, "crypto")));
    }
    table
        .row(INDENT, "outages", outages(JsonFields.object(report, "outages")))
        .row(INDENT, "in flight", inFlight(report))
        .row(INDENT, "unflushed", unflushed(report));
    if (lanes.size() > 1) {
      lanes.forEach(lane -> table.row(INDENT, "lane " + lane.get("lane"), lane(lane, now)));
    }
    if (report.get("device") != null) {
      table.row(INDENT, "device", device(JsonFields.object(report, "device")));
    }
    return table
        .row(
            INDENT,
            "NBD",
            TextTable.several(JsonFields.number(report, "nbd_connections"), "connection"))
        .row(INDENT, "store", JsonFields.text(report, "store"))
        .row(INDENT, "verifier", JsonFields.text(report, "verifier"))
        .row(INDENT, "lease", lease(report))
        .row(INDENT, "process", process(report, now))
        .row(INDENT, "counters", TextTable.counted(JsonFields.object(report, "counters")))
        .toString();
  }

  private static String state(Map<String, Object> report, Instant now) {
    String state = JsonFields.text(report, "state");
    String since = " since " + TextTable.since(JsonFields.text(report, "since"), now);
    return switch (state) {
      case "up" -> "up" + since;
      case "replaying" -> "up" + since + ", replaying unflushed writes";
      case "connecting" -> "connecting";
      case "over" -> "over: another client has taken over the export; no link" + since;
      default -> state + since;
    };
  }

  private static String outages(Map<String, Object> outages) {
    long count = JsonFields.number(outages, "count");
    return count == 0
        ? "none"
        : "%d, longest %s, %s in all"
            .formatted(
                count,
                TextTable.span(JsonFields.number(outages, "longest_ms")),
                TextTable.span(JsonFields.number(outages, "total_ms")));
  }

  private static String inFlight(Map<String, Object> report) {
    return "%s (%s), %d more waiting"
        .formatted(
            TextTable.several(JsonFields.number(report, "in_flight"), "request"),
            SizeConverter.show(JsonFields.number(report, "in_flight_bytes")),
            JsonFields.number(report, "waiting"));
  }

  private static String unflushed(Map<String, Object> report) {
    return "%s in %s"
        .formatted(
            SizeConverter.show(JsonFields.number(report, "unflushed_bytes")),
            TextTable.several(JsonFields.number(report, "unflushed_entries"), "change"));
  }

  private static String lane(Map<String, Object> lane, Instant now) {
    return "%s; %s; %s unflushed; %s"
        .formatted(
            state(lane, now), inFlight(lane), unflushed(lane), JsonFields.text(lane, "server"));
  }

  private static String device(Map<String, Object> device) {
    return "%s by %s, %s, sectors of %d bytes%s"
        .formatted(
            JsonFields.text(device, "path"),
            JsonFields.text(device, "by"),
            TextTable.several(JsonFields.number(device, "connections"), "connection"),
            JsonFields.number(device, "block"),
            device.get("connected").equals(true) ? "" : "; disconnected by another program");
  }

  private static String lease(Map<String, Object> report) {
    long epoch = JsonFields.number(report, "lease_epoch");
    return epoch == 0
        ? "none, as '%s'".formatted(JsonFields.text(report, "client"))
        : "epoch %d, as '%s'".formatted(epoch, JsonFields.text(report, "client"));
  }

  private static String process(Map<String, Object> report, Instant now) {
    return "%d, attached %s"
        .formatted(
            JsonFields.number(report, "pid"),
            TextTable.since(JsonFields.text(report, "started"), now));
  }
}
