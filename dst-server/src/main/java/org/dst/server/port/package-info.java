/**
 * The export port: accepts connections, authenticates them, and takes each link through its phases.
 * A link lives on the event loop of its channel; it asks the export's session registry for a lane
 * and then carries that lane's frames.
 */
package org.dst.server.port;
