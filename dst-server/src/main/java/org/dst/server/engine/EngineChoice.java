package org.dst.server.engine;

/** Which I/O engine a server is to have. */
public enum EngineChoice {
  /** The one that is faster by the table in docs/performance.md, if it can be had. */
  AUTO,
  /** {@link UringEngine}, with links on the same rings, or none. */
  URING,
  /** {@link ThreadsEngine}. */
  THREADS
}
