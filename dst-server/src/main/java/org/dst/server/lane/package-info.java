/**
 * The pure core of a lane: takes requests in, executes each change once through its replay window,
 * orders overlapping changes, and decides what the client is told. Called by {@link
 * org.dst.server.port} and the I/O engine; a lane lives on the event loop of the link that serves
 * it, and changes hands only when nothing of it runs.
 */
package org.dst.server.lane;
