package org.dst.client.session;

import java.util.List;
import java.util.Map;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.message.Attached;

/**
 * A snapshot of a session. Lanes are asked one after another, so sums over them are not exact.
 *
 * @param export its name
 * @param client this client's name
 * @param servers all addresses of the server
 * @param granted the answer to the first attach; null before
 * @param size of the export in bytes, as announced last
 * @param freshness of the store, as announced last; 0 if it never was
 * @param lanes by number
 * @param counters by their stable names
 */
public record SessionStatus(
    String export,
    String client,
    List<ServerAddress> servers,
    Attached granted,
    long size,
    long freshness,
    List<LaneStatus> lanes,
    Map<String, Long> counters) {
  /** A lane that has been without a link for at least {@code nanos}; null if there is none. */
  public LaneStatus longGone(long nanos) {
    return lanes.stream().filter(lane -> lane.isGone(nanos)).findFirst().orElse(null);
  }

  /** Bytes of acknowledged changes that a crash of the server could lose. */
  public long unflushedBytes() {
    return lanes.stream().mapToLong(lane -> lane.activity().unflushedBytes()).sum();
  }
}
