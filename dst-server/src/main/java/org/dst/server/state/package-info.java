/**
 * What a server must remember over a restart: of every store its identity and the lease on it. Used
 * by exports; files are written on a thread of their own, never on an event loop.
 */
package org.dst.server.state;
