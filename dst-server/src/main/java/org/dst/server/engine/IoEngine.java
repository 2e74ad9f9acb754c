package org.dst.server.engine;

/**
 * Carries out requests against a store. {@link #submit} is called on the request's event loop, and
 * {@link IoRequest#completed} is called there too, possibly before {@code submit} returns.
 */
public interface IoEngine extends AutoCloseable {
  /**
   * Starts a request. The engine never refuses: bounds are the sessions' business.
   *
   * @param request stays the engine's until its completion
   */
  void submit(IoRequest request);

  /** Completes what was submitted, then stops the threads. */
  @Override
  void close();
}
