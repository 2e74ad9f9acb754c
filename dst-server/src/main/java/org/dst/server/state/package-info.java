/**
 * What a server must remember across restarts: the identity and the lease of every store. Called by
 * the programs and by exports; files are written on a thread of their own, never on an event loop.
 */
package org.dst.server.state;
