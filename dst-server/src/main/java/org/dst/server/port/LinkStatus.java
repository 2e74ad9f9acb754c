package org.dst.server.port;

import java.time.Instant;
import java.util.UUID;
import org.dst.crypto.record.LinkProtection;
import org.dst.protocol.Access;

/**
 * A snapshot of a link that serves a lane.
 *
 * @param export its name
 * @param session the client's secret session id; must not be shown
 * @param client the client's name
 * @param peer the client's address, and its key if it has proved one
 * @param access that it was granted
 * @param lanes of the session
 * @param inFlight requests that were taken in and have not ended
 * @param since when the lane was granted
 * @param protection of the link
 */
public record LinkStatus(
    String export,
    UUID session,
    String client,
    String peer,
    Access access,
    int lanes,
    int inFlight,
    Instant since,
    LinkProtection protection) {}
