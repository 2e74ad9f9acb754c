package org.dst.server;

import java.net.InetSocketAddress;
import java.util.List;
import org.dst.server.export.ExportStatus;

/**
 * A snapshot of a server. Links and exports were asked one after another, each on its event loop.
 *
 * @param listening the address listened on; null before that
 * @param connections the number of open connections of any kind
 * @param exports by name
 */
public record ServerStatus(
    InetSocketAddress listening, int connections, List<ExportStatus> exports) {}
