package org.dst.server.engine;

/** The choice of a server's I/O engine. */
public enum EngineChoice {
  /** The faster one according to docs/performance.md, if it is available. */
  AUTO,
  /** {@link UringEngine}, with the links on the same rings; fails if it is unavailable. */
  URING,
  /** {@link ThreadsEngine}. */
  THREADS
}
