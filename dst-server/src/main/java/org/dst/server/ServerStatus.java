package org.dst.server;

import java.net.InetSocketAddress;
import java.util.List;
import org.dst.server.export.ExportStatus;

/**
 * A server at one moment. Links and exports were asked one after another, each on its event loop.
 *
 * @param listening where it listens; null before that
 * @param connections that are open, whatever they are for
 * @param exports by name
 */
public record ServerStatus(
    InetSocketAddress listening, int connections, List<ExportStatus> exports) {}
