/**
 * What the server and the client share but the protocol must not know: native calls ({@link
 * org.dst.platform.syscall}) and event loops ({@link org.dst.platform.loop}). The bottom of the
 * module graph: it depends on Netty and on no other module of DST.
 */
package org.dst.platform;
