package org.dst.server.export;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.dst.crypto.record.LinkProtection;
import org.dst.protocol.Access;
import org.dst.server.session.Lease;
import org.dst.server.store.StoreInfo;

/**
 * A snapshot of an export.
 *
 * @param name of the export
 * @param access the widest access that any client gets
 * @param store its properties
 * @param size in bytes, now
 * @param state of the store
 * @param identity of the store
 * @param freshness of the store, as it is durable
 * @param verifier of the current lifetime of its volatile cache
 * @param lease who may write
 * @param sessions that have a link
 * @param counters all of them, by their stable names
 */
public record ExportStatus(
    String name,
    Access access,
    StoreInfo store,
    long size,
    StoreState state,
    UUID identity,
    long freshness,
    UUID verifier,
    Lease lease,
    List<Session> sessions,
    Map<String, Long> counters) {

  /**
   * A client that uses the export.
   *
   * @param client its name
   * @param address of one of its links
   * @param access that it was granted
   * @param lanes that it has
   * @param links that serve them now
   * @param inFlight requests that were taken in and have not ended
   * @param since when the oldest of its links was granted
   * @param protection of that link
   */
  public record Session(
      String client,
      String address,
      Access access,
      int lanes,
      int links,
      int inFlight,
      Instant since,
      LinkProtection protection) {}
}
