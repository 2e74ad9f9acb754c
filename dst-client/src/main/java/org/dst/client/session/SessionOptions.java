package org.dst.client.session;

import java.time.Duration;
import java.util.UUID;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.Access;

/**
 * With what and how a session is held.
 *
 * @param server where the export is
 * @param export its name
 * @param access what is wanted
 * @param client this client's name, for people
 * @param id 128 random bits, secret
 * @param lanes independent queues, at least 1
 * @param maxPart bytes of the largest frame payload to use; the server may allow less
 * @param resend when transactions are sent again, and when they fail
 * @param attachTimeout for the server to answer an attach
 * @param reconnectFirst the wait before the first reconnect; doubled up to the next
 * @param reconnectMost the longest wait between two attempts
 * @param dialer makes the connections
 */
public record SessionOptions(
    ServerAddress server,
    String export,
    Access access,
    String client,
    UUID id,
    int lanes,
    int maxPart,
    ResendPolicy resend,
    Duration attachTimeout,
    Duration reconnectFirst,
    Duration reconnectMost,
    Dialer dialer) {

  /** These, with another access, number of lanes and resend policy. */
  public SessionOptions with(Access access, int lanes, ResendPolicy resend) {
    return new SessionOptions(
        server,
        export,
        access,
        client,
        id,
        lanes,
        maxPart,
        resend,
        attachTimeout,
        reconnectFirst,
        reconnectMost,
        dialer);
  }
}
