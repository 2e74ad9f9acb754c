package org.dst.cli.status;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.dst.client.AttachmentStatus;
import org.dst.client.kernel.DeviceStatus;
import org.dst.client.lane.LaneActivity;
import org.dst.client.lane.LaneActivity.State;
import org.dst.client.session.LaneStatus;
import org.dst.client.session.SessionStatus;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.message.Attached;

/** Makes the JSON report of an attachment. */
public final class AttachmentStatusJson {
  /** From best to worst. */
  private static final List<State> BY_GRAVITY =
      List.of(State.UP, State.REPLAYING, State.DOWN, State.CONNECTING, State.OVER);

  private AttachmentStatusJson() {}

  /**
   * A full report of an attachment.
   *
   * @param device the kernel's device on it; null if there is none
   * @param crypto of its links; null if they are plain
   * @param started when it was attached
   * @param now the moment of the status
   */
  public static Map<String, Object> of(
      AttachmentStatus status,
      DeviceStatus device,
      RecordCrypto crypto,
      Instant started,
      Instant now) {
    SessionStatus session = status.session();
    Attached granted = session.granted();
    LaneStatus worst = worst(session.lanes());
    return new JsonFields()
        .with("export", session.export())
        .with("access", JsonFields.name(granted.access()))
        .with("size", session.size())
        .with("local", local(status.local()))
        .with("device", device == null ? null : device(device))
        .with("nbd_connections", status.connections())
        .with("state", JsonFields.name(worst.activity().state()))
        .with("since", since(worst, now))
        .with("server", worst.server())
        .with("servers", session.servers())
        .with("last_failure", worst.lastFailure())
        .with("protection", ProtectionJson.of(worst.protection()))
        .with("crypto", crypto == null ? null : ProtectionJson.of(crypto.pool()))
        .with("in_flight", sum(session, LaneActivity::inFlight))
        .with("in_flight_bytes", sum(session, LaneActivity::inFlightBytes))
        .with("waiting", sum(session, LaneActivity::waiting))
        .with("unflushed_bytes", sum(session, LaneActivity::unflushedBytes))
        .with("unflushed_entries", sum(session, LaneActivity::unflushedEntries))
        .with("outages", outages(session))
        .with("store", granted.identity())
        .with("freshness", session.freshness())
        .with("verifier", worst.activity().verifier())
        .with("lease_epoch", granted.leaseEpoch())
        .with("client", session.client())
        .with("pid", ProcessHandle.current().pid())
        .with("started", JsonFields.moment(started))
        .with("direct_memory", DirectMemory.taken())
        .with("lanes", session.lanes().stream().map(lane -> lane(lane, now)).toList())
        .with("counters", session.counters())
        .done();
  }

  private static Map<String, Object> device(DeviceStatus device) {
    return new JsonFields()
        .with("path", device.path())
        .with("by", device.by())
        .with("connections", device.connections())
        .with("block", device.block())
        .with("connected", device.connected())
        .done();
  }

  private static LaneStatus worst(List<LaneStatus> lanes) {
    return lanes.stream()
        .max(Comparator.comparing(lane -> BY_GRAVITY.indexOf(lane.activity().state())))
        .orElseThrow();
  }

  private static Instant since(LaneStatus lane, Instant now) {
    return JsonFields.moment(now.minusNanos(lane.activity().stateNanos()));
  }

  private static long sum(SessionStatus session, ToLongFunction<LaneActivity> what) {
    return session.lanes().stream().map(LaneStatus::activity).mapToLong(what).sum();
  }

  private static Map<String, Object> outages(SessionStatus session) {
    long longest =
        session.lanes().stream()
            .mapToLong(lane -> lane.activity().longestOutageNanos())
            .max()
            .orElseThrow();
    return outages(
        sum(session, LaneActivity::outages), longest, sum(session, LaneActivity::totalOutageNanos));
  }

  private static Map<String, Object> outages(long count, long longestNanos, long totalNanos) {
    return new JsonFields()
        .with("count", count)
        .with("longest_ms", longestNanos / 1_000_000)
        .with("total_ms", totalNanos / 1_000_000)
        .done();
  }

  private static Map<String, Object> lane(LaneStatus lane, Instant now) {
    LaneActivity activity = lane.activity();
    return new JsonFields()
        .with("lane", lane.number())
        .with("state", JsonFields.name(activity.state()))
        .with("since", since(lane, now))
        .with("server", lane.server())
        .with("last_failure", lane.lastFailure())
        .with("protection", ProtectionJson.of(lane.protection()))
        .with("in_flight", activity.inFlight())
        .with("in_flight_bytes", activity.inFlightBytes())
        .with("waiting", activity.waiting())
        .with("unflushed_bytes", activity.unflushedBytes())
        .with("unflushed_entries", activity.unflushedEntries())
        .with(
            "outages",
            outages(activity.outages(), activity.longestOutageNanos(), activity.totalOutageNanos()))
        .with("verifier", activity.verifier())
        .done();
  }

  private static String local(SocketAddress address) {
    return switch (address) {
      case InetSocketAddress tcp -> tcp.getAddress().getHostAddress() + ":" + tcp.getPort();
      case UnixDomainSocketAddress unix -> unix.getPath().toAbsolutePath().normalize().toString();
      default -> address.toString();
    };
  }
}
