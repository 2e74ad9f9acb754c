package org.dst.client.session;

import java.util.List;
import java.util.UUID;
import org.dst.client.lane.LaneOptions;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.Access;

/**
 * With what and how a session is held.
 *
 * @param servers addresses of the one server, tried in turn; at least one
 * @param export its name
 * @param access what is wanted
 * @param takeOver whether another holder of the export is put out
 * @param client this client's name, for people
 * @param lanes independent queues, 1 to 64
 * @param maxPart bytes of the largest frame payload to use; the server may allow less
 * @param patient whether the first attach is tried until it succeeds
 * @param lane the rules of every lane
 * @param dialer makes the connections
 */
public record SessionOptions(
    List<ServerAddress> servers,
    String export,
    Access access,
    boolean takeOver,
    String client,
    int lanes,
    int maxPart,
    boolean patient,
    LaneOptions lane,
    Dialer dialer) {

  /**
   * Who the session is, besides.
   *
   * @param session its secret id
   * @param predecessor the session whose lease it inherits; zero if none
   * @param pinnedStore the store that it must be; null to take any
   * @param more whether another predecessor is left to be named: then BUSY ends the first attach at
   *     once, patient or not
   * @param freshness of the pinned store, as it was told last; 0 if unknown
   */
  public record Identity(
      UUID session, UUID predecessor, UUID pinnedStore, boolean more, long freshness) {
    /** An identity that has nobody else to name, and has not heard how fresh its store is. */
    public Identity(UUID session, UUID predecessor, UUID pinnedStore) {
      this(session, predecessor, pinnedStore, false, 0);
    }
  }

  /** The same, but with another word on putting out another holder. */
  public SessionOptions withTakeOver(boolean wanted) {
    return new SessionOptions(
        servers, export, access, wanted, client, lanes, maxPart, patient, lane, dialer);
  }

  /** Refuses what cannot work. */
  public SessionOptions {
    servers = List.copyOf(servers);
    if (servers.isEmpty() || lanes < 1 || lanes > 64) {
      throw new IllegalArgumentException(
          "%d addresses, %d lanes (expected: at least one, 1 to 64)"
              .formatted(servers.size(), lanes));
    }
  }
}
