package org.dst.client;

import java.net.SocketAddress;
import org.dst.client.session.SessionStatus;

/**
 * A snapshot of an attachment.
 *
 * @param session its session with the server
 * @param local address of the NBD front end
 * @param connections NBD clients that are connected
 */
public record AttachmentStatus(SessionStatus session, SocketAddress local, int connections) {}
