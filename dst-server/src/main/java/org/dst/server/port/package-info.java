/**
 * The export port: accepted links and the phases that they go through. A link lives on the event
 * loop of its channel; it asks the export's session registry for a lane and then carries that
 * lane's frames.
 */
package org.dst.server.port;
