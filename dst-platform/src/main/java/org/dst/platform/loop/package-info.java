/**
 * Netty's event loops: which transport drives them ({@link org.dst.platform.loop.NettyTransport})
 * and how work is handed from one thread to the loop of another in batches ({@link
 * org.dst.platform.loop.EventLoopQueue}). Used by server and client at startup and on the data
 * path.
 */
package org.dst.platform.loop;
