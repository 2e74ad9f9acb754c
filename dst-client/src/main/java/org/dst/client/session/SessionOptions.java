package org.dst.client.session;

import java.util.List;
import java.util.UUID;
import org.dst.client.lane.LaneOptions;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.Access;

/**
 * How a session attaches, and to what.
 *
 * @param servers addresses of the server, tried in turn; at least one
 * @param export its name
 * @param access access to request
 * @param takeOver whether to take over the export from another holder
 * @param client this client's name, for status and log
 * @param lanes independent queues, 1 to 64
 * @param maxPart bytes of the largest frame payload to use; the server may allow less
 * @param patient whether the first attach is retried until it succeeds
 * @param lane timeouts and limits of every lane
 * @param dialer opens the links
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
   * The identity of a session, and what it knows of its store.
   *
   * @param session its secret id
   * @param predecessor the session whose lease it inherits; zero if none
   * @param pinnedStore identity that the store must have; null to accept any
   * @param more whether there are more predecessors to present: then BUSY ends the first attach at
   *     once, patient or not
   * @param freshness of the pinned store, as announced last; 0 if unknown
   */
  public record Identity(
      UUID session, UUID predecessor, UUID pinnedStore, boolean more, long freshness) {
    /** An identity without further predecessors or a known freshness. */
    public Identity(UUID session, UUID predecessor, UUID pinnedStore) {
      this(session, predecessor, pinnedStore, false, 0);
    }
  }

  /** The same options with another choice of take-over. */
  public SessionOptions withTakeOver(boolean wanted) {
    return new SessionOptions(
        servers, export, access, wanted, client, lanes, maxPart, patient, lane, dialer);
  }

  /** Rejects what cannot work. */
  public SessionOptions {
    servers = List.copyOf(servers);
    if (servers.isEmpty() || lanes < 1 || lanes > 64) {
      throw new IllegalArgumentException(
          "%d addresses, %d lanes (expected: at least one, 1 to 64)"
              .formatted(servers.size(), lanes));
    }
  }
}
