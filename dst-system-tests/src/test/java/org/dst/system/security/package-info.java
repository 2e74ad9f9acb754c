/**
 * Real clients and real servers with a man in the middle who alters the opening or the handshake.
 * Everything runs in the test process, over loopback sockets.
 */
package org.dst.system.security;
