package org.dst.platform.loop;

/** Which of Netty's transports an operator asks for. */
public enum TransportChoice {
  /** The best one that this machine has. */
  AUTO,
  /** {@link NettyTransport#EPOLL} or failure. */
  EPOLL,
  /** {@link NettyTransport#IO_URING} or failure. */
  IO_URING,
  /** {@link NettyTransport#NIO}. */
  NIO;

  /** The transport to use here; one that was asked for by name may still be unavailable. */
  public NettyTransport resolve() {
    return switch (this) {
      case AUTO -> NettyTransport.best();
      case EPOLL -> NettyTransport.EPOLL;
      case IO_URING -> NettyTransport.IO_URING;
      case NIO -> NettyTransport.NIO;
    };
  }
}
