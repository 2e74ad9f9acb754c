package org.dst.cli.status;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.dst.server.ExportServer;
import org.dst.server.ServerStatus;
import org.dst.server.engine.StoreErrors;
import org.dst.server.export.ExportStatus;
import org.dst.server.session.Lease;

/** Makes the JSON report of a server. */
public final class ServerStatusJson {
  private ServerStatusJson() {}

  /**
   * A full report of a server.
   *
   * @param server that the status belongs to; supplies what any thread may read
   * @param started when it began to listen
   */
  public static Map<String, Object> of(ServerStatus status, ExportServer server, Instant started) {
    return of(status, server, started, ServerStatusJson::export);
  }

  /** A brief report, with as much of each export as fits on a line. */
  public static Map<String, Object> brief(
      ServerStatus status, ExportServer server, Instant started) {
    return of(status, server, started, ServerStatusJson::brief);
  }

  private static Map<String, Object> of(
      ServerStatus status,
      ExportServer server,
      Instant started,
      Function<ExportStatus, Map<String, Object>> export) {
    return new JsonFields()
        .with("listening", address(status.listening()))
        .with("connections", status.connections())
        .with("pid", ProcessHandle.current().pid())
        .with("started", JsonFields.moment(started))
        .with("direct_memory", DirectMemory.taken())
        .with("crypto", ProtectionJson.of(server.crypto().pool()))
        .with("counters", server.counters().snapshot())
        .with("exports", status.exports().stream().map(export).toList())
        .done();
  }

  /** Whether a report contains an export of that name. */
  public static boolean hasExport(Map<String, Object> report, String name) {
    return JsonFields.list(report, "exports").stream()
        .anyMatch(export -> name.equals(export.get("export")));
  }

  /** The number of exports in a report. */
  public static int exports(Map<String, Object> report) {
    return JsonFields.list(report, "exports").size();
  }

  /** A report reduced to the exports of these names. */
  public static Map<String, Object> about(Map<String, Object> report, Collection<String> names) {
    Map<String, Object> some = new LinkedHashMap<>(report);
    some.put(
        "exports",
        JsonFields.list(report, "exports").stream()
            .filter(export -> names.contains(export.get("export")))
            .toList());
    return some;
  }

  private static Map<String, Object> brief(ExportStatus export) {
    return new JsonFields()
        .with("export", export.name())
        .with("access", JsonFields.name(export.access()))
        .with("size", export.size())
        .with("state", JsonFields.name(export.state().kind()))
        .with("trouble", export.state().trouble())
        .with(
            "sessions",
            export.sessions().stream()
                .map(session -> new JsonFields().with("client", session.client()).done())
                .toList())
        .done();
  }

  private static String address(InetSocketAddress address) {
    String host =
        address.getAddress().isAnyLocalAddress() ? "*" : address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  private static Map<String, Object> export(ExportStatus export) {
    return new JsonFields()
        .with("export", export.name())
        .with("access", JsonFields.name(export.access()))
        .with("size", export.size())
        .with("kind", export.store().kind())
        .with("location", export.store().location())
        .with("state", JsonFields.name(export.state().kind()))
        .with("trouble", export.state().trouble())
        .with("errors", errors(export.state().errors()))
        .with("store", export.identity())
        .with("freshness", export.freshness())
        .with("verifier", export.verifier())
        .with("lease", lease(export.lease()))
        .with("sessions", export.sessions().stream().map(ServerStatusJson::session).toList())
        .with("counters", export.counters())
        .done();
  }

  private static Map<String, Object> errors(StoreErrors.Summary errors) {
    return new JsonFields()
        .with("io", errors.io())
        .with("no_space", errors.noSpace())
        .with("last", errors.last())
        .with("at", errors.lastAt() == null ? null : JsonFields.moment(errors.lastAt()))
        .done();
  }

  private static Map<String, Object> lease(Lease lease) {
    return new JsonFields()
        .with("epoch", lease.epoch())
        .with("held", lease.isHeld())
        .with("client", lease.epoch() == 0 ? null : lease.client())
        .with("since", lease.epoch() == 0 ? null : JsonFields.moment(lease.since()))
        .done();
  }

  private static Map<String, Object> session(ExportStatus.Session session) {
    return new JsonFields()
        .with("client", session.client())
        .with("address", session.address())
        .with("access", JsonFields.name(session.access()))
        .with("protection", ProtectionJson.of(session.protection()))
        .with("lanes", session.lanes())
        .with("links", session.links())
        .with("in_flight", session.inFlight())
        .with("since", JsonFields.moment(session.since()))
        .done();
  }
}
