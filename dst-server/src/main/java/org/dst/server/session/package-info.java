/**
 * The pure core of attaching: the sessions of an export, the rules of its lease, and the fencing of
 * older links. Called by {@link org.dst.server.port}; single-threaded, on the export's home event
 * loop.
 */
package org.dst.server.session;
