package org.dst.client;

import java.net.SocketAddress;
import org.dst.client.session.SessionStatus;

/**
 * An attachment at one moment.
 *
 * @param session what happens between this machine and the server
 * @param local where the disk is offered
 * @param connections NBD clients that are connected
 */
public record AttachmentStatus(SessionStatus session, SocketAddress local, int connections) {}
