package org.dst.server.engine;

/** Which of Netty's transports is to serve the links of a server. */
public enum TransportChoice {
  /** What the engine works on; else the first of the others, in their order, that can be had. */
  AUTO,
  /** Linux epoll. */
  EPOLL,
  /** Linux io_uring. */
  IO_URING,
  /** The JDK's selectors, which are everywhere. */
  NIO
}
